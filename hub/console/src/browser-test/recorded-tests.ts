/** Tests of shuttle@2: the small form passed on the gateway and was refused by the smallest board. */
export function recordedTests(nowMs: number) {
  const figures = { largestDeviation: 1.2e-3, tolerance: 0.05, p50Ms: 0.031, p95Ms: 0.052, rssBytes: 81e6 };
  const hardware = {
    profile: 'raspberry-pi-zero-2-w',
    architecture: 'arm64',
    machine: 'Raspberry Pi Zero 2 W Rev 1.0',
    cpuFlags: ['asimd'],
  };
  const message = 'output probabilities at [3, 1]: expected 0.2 within 0.05, got 0.51';
  return {
    summary: [
      { profile: 'x86-gateway', variant: 'int8-static', passed: 2, refused: 0, ...figures },
      { profile: hardware.profile, variant: 'int8-static', passed: 0, refused: 1, ...figures, largestDeviation: 0.31 },
    ],
    refusals: [
      { ...hardware, variant: 'int8-static', devices: ['pump-3'], reasons: [`${message} [SELF_TEST_FAILED]`] },
    ],
    tests: [
      {
        ...{ deviceId: 'pump-3', model: 'shuttle', version: 2, variant: 'int8-static', passed: false, rows: 32 },
        ...{ ...figures, largestDeviation: 0.31, hardware, atMs: nowMs - 30_000, receivedMs: nowMs - 29_900 },
        problem: { code: 'SELF_TEST_FAILED', message },
      },
    ],
  };
}
