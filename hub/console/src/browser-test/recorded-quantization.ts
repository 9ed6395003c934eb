import type { FormQuality, LadderStep, QuantizationReport } from '@edgeloop/hub';

const GOALS = { maxAccuracyDrop: 0.005, maxRelativeDrop: 0.01, maxLatencyShare: 1 };

/** A search that refused int8-dynamic and took int8-static, for two classes of profiles. */
export function recordedQuantization(figure: FormQuality['figure'] = 'accuracy'): QuantizationReport {
  const quality = (value: number, drop: number): FormQuality => ({
    ...{ figure, value, low: value - 0.002, high: value + 0.001, rows: 4_514 },
    ...{ drop, dropLow: drop - 0.001, dropHigh: drop + 0.002 },
  });
  const step = (changes: Partial<LadderStep>): LadderStep => ({
    ...{ rung: 'int8-static, min-max', format: 'int8-static', accepted: true, reasons: ['met: 0.04 points'] },
    ...{ quality: quality(0.9927, 0.0004), sizeBytes: 9_412, p50Ms: 0.028, p95Ms: 0.041, floatP50Ms: 0.031 },
    inFloat: [],
    tookMs: 812,
    ...changes,
  });
  const lossy = step({
    ...{ rung: 'int8-dynamic', format: 'int8-dynamic', accepted: false, quality: quality(0.962, 0.031) },
    reasons: ['not met: accuracy fell by 3.10 points, 0.50 allowed', 'met: 0.27 x the size'],
    sizeBytes: 9_105,
  });
  const unmade = step({
    ...{ rung: 'int8-weights', format: 'int8-weights', accepted: false, quality: null, sizeBytes: null, p50Ms: null },
    ...{ p95Ms: null, floatP50Ms: null, reasons: ['not made: no dense layer is large enough'] },
  });
  const inFloat = [{ node: 'dense_3', operator: 'Gemm', reason: 'slower in integers' }];
  return {
    goals: GOALS,
    measuredOn: { engine: 'onnxruntime-node 1.30.0 cpu', cpu: 'AMD EPYC', instructionSets: ['avx2', 'avx512_vnni'] },
    calibration: figure === 'agreement' ? { source: 'none', rows: 0 } : { source: 'dataset', rows: 4_096 },
    float: { sizeBytes: 33_890, p50Ms: 0.031, p95Ms: 0.044, quality: quality(0.9931, 0) },
    classes: [
      {
        ...{ name: 'full-range', profiles: ['raspberry-pi-5', 'x86-vnni'], chosen: 'int8-static' },
        why: 'int8-static is the first form that met the goals',
        order: ['int8-static', 'float32'],
        steps: [step({ inFloat }), lossy, unmade],
      },
      {
        ...{ name: 'reduced-range', profiles: ['x86-generic'], chosen: 'float32' },
        why: 'none of 1 smaller forms met the goals',
        order: ['float32'],
        steps: [lossy],
      },
    ],
    notes: ['weak evidence: 128 made-up inputs'].slice(0, figure === 'agreement' ? 1 : 0),
  };
}
