import type { FormQuality, QuantizationReport } from '../store/quantization-report.ts';

/** How a form does that loses half a point. */
export function cannedQuality(changed: Partial<FormQuality> = {}): FormQuality {
  return {
    ...{ figure: 'accuracy', value: 0.945, low: 0.93, high: 0.96, drop: 0.005, dropLow: 0.001, dropHigh: 0.009 },
    rows: 200,
    ...changed,
  };
}

/** A search that accepted int8-static after it had refused int8-dynamic. */
export function cannedReport(changed: Partial<QuantizationReport> = {}): QuantizationReport {
  const measured = { p50Ms: 0.5, p95Ms: 0.7, floatP50Ms: 1, tookMs: 900 };
  return {
    goals: { maxAccuracyDrop: 0.005, maxRelativeDrop: 0.01, maxLatencyShare: 1 },
    measuredOn: { engine: 'canned', cpu: 'a processor', instructionSets: ['avx2', 'avx512_vnni'] },
    calibration: { source: 'dataset', rows: 140 },
    float: {
      sizeBytes: 4_000,
      p50Ms: 1,
      p95Ms: 1.2,
      quality: cannedQuality({ value: 0.95, drop: 0, dropLow: 0, dropHigh: 0 }),
    },
    classes: [
      {
        name: 'full-range',
        profiles: ['x86-vnni'],
        chosen: 'int8-static',
        why: 'int8-static, min-max is the first that meets the goals',
        order: ['int8-static', 'float32'],
        steps: [
          {
            ...{ rung: 'int8-dynamic', format: 'int8-dynamic', accepted: false, sizeBytes: 1_200, ...measured },
            reasons: ['not met: accuracy fell by 3.00 points, 0.50 allowed'],
            quality: cannedQuality({ value: 0.92, drop: 0.03, dropLow: 0.02, dropHigh: 0.04 }),
            inFloat: [],
          },
          {
            ...{ rung: 'int8-static, min-max', format: 'int8-static', accepted: true, sizeBytes: 1_100, ...measured },
            reasons: ['met: accuracy fell by 0.50 points, 0.50 allowed'],
            quality: cannedQuality(),
            inFloat: [{ node: 'dense_2', operator: 'Gemm', reason: 'loses time in int8' }],
          },
        ],
      },
    ],
    notes: ['this report comes from a can'],
    ...changed,
  };
}
