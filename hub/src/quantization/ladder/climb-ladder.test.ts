import { applyState, type Model } from '@edgeloop/onnx';
import { describe, expect, test } from 'vitest';
import { OutsideError } from '../../errors.ts';
import type { GraphEngine } from '../../graph-engine.ts';
import { QuantizationReportSchema } from '../../store/quantization-report.ts';
import { climb, engine, GOALS, HARSH, namesOf, ORT, profile } from '../../testing/small-climb.ts';
import { TimedEngine } from '../../testing/timed-engine.ts';
import { wideNetwork } from '../../testing/wide-network.ts';
import type { FineTuneRequest } from './fine-tune.ts';

describe('climbing the ladder', () => {
  test('takes the first rung that meets the goals, one of another arithmetic, and float32', async () => {
    const result = await climb();
    expect(namesOf(result)).toEqual([
      ['int8-static', true],
      ['int8-dynamic', true],
      ['float32', true],
    ]);
    const [found] = result.report.classes;
    expect(found).toMatchObject({ name: 'full-range', profiles: ['gateway'], chosen: 'int8-static' });
    expect(found?.order).toEqual(['int8-static', 'int8-dynamic', 'float32']);
    expect(found?.steps.map(({ rung, accepted }) => [rung, accepted])).toEqual([
      ['int8-static, min-max', true],
      ['int8-dynamic', true],
    ]);
    expect(found?.why).toMatch(/^int8-static is the first of 2 forms that met the goals/);
    expect(result.forms.map(({ profiles }) => profiles)).toEqual([['gateway'], ['gateway'], []]);
    expect(result.forms[0]).toMatchObject({ format: 'int8-static', p50Ms: 0.5, p95Ms: 0.5, goldenRows: 32 });
    expect(result.forms[0]!.model.length).toBeLessThan(0.5 * result.forms[2]!.model.length);
  });

  test('writes a report that can be kept', async () => {
    const { report } = await climb();
    expect(QuantizationReportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
    expect(report.measuredOn).toEqual({
      ...{ engine: ORT.name, cpu: 'a processor', instructionSets: ['avx2', 'avx512_vnni'] },
    });
    expect(report.calibration).toEqual({ source: 'dataset', rows: 200 });
    expect(report.float).toMatchObject({ p50Ms: 1, quality: { figure: 'agreement', value: 1, rows: 400 } });
    const [step] = report.classes[0]!.steps;
    expect(step).toMatchObject({ p50Ms: 0.5, floatP50Ms: 1, inFloat: [] });
    expect(step!.quality!.low).toBeLessThan(step!.quality!.value);
    expect(step!.quality!.dropHigh).toBeGreaterThan(step!.quality!.drop);
  });

  test('chooses the same twice', async () => {
    const [first, second] = [await climb(), await climb()];
    expect(second).toEqual(first);
  });
});

describe('a model that is slower in integers', () => {
  test('stays in float32, and it is told why', async () => {
    const result = await climb({ timed: engine(1.2) });
    expect(namesOf(result)).toEqual([
      ['int8-static', false],
      ['int8-dynamic', false],
      ['float32', true],
    ]);
    const [found] = result.report.classes;
    expect(found).toMatchObject({ chosen: 'float32', order: ['float32'] });
    expect(found?.why).toMatch(/^none of 2 smaller forms met the goals; .*slower than float32.*1\.20 x/);
    expect(
      found?.steps.map(({ rung, reasons }) => [rung, reasons.find((reason) => reason.startsWith('not '))]),
    ).toEqual([
      [
        'int8-static, min-max',
        expect.stringMatching(/^not met: slower than float32, 1.2000 ms a row against 1.0000 ms/),
      ],
      ['int8-static, without nodes that lose', 'not made: every node does better in float32'],
      ['int8-dynamic', expect.stringMatching(/^not met: slower than float32/)],
    ]);
  });

  test('is accepted where that may be', async () => {
    const result = await climb({ timed: engine(1.2), goals: { ...GOALS, maxLatencyShare: 1.2 } });
    expect(result.report.classes[0]?.chosen).toBe('int8-static');
  });

  test('keeps the nodes in float that make it slower', async () => {
    // Only the small first layer costs more than it saves.
    const runMs = ({ graph }: Model) => {
      const names = new Set(graph.initializer.map(({ name }) => name ?? ''));
      return 1 + (names.has('first_w_quantized') ? 0.5 : 0) - (names.has('second_w_quantized') ? 0.4 : 0);
    };
    const { report } = await climb({ timed: new TimedEngine(ORT, runMs) });
    const [first, second] = report.classes[0]!.steps;
    expect([first?.accepted, second?.accepted]).toEqual([false, true]);
    expect(second?.rung).toMatch(/^int8-static, min-max, \d of 3 nodes in float$/);
    const left = new Map(second!.inFloat.map(({ node, reason }) => [node, reason]));
    expect(left.get('first')).toMatch(/^slower in integers: a row takes \d+ % less/);
    expect(left.has('second')).toBe(false);
  });
});

describe('a model that integers ruin', () => {
  const ruined = { model: wideNetwork({ outlier: 3_000 }) };

  test('is refused at first and rescued by a later rung', async () => {
    const { report, forms } = await climb(ruined);
    const { steps, chosen } = report.classes[0]!;
    expect(steps[0]).toMatchObject({ rung: 'int8-static, min-max', accepted: false });
    expect(steps[0]!.quality!.value).toBeLessThan(0.9);
    expect(steps[0]!.reasons[0]).toMatch(
      /^not met: .* % agreement with float32 on 400 rows without labels, 97.00 % asked for$/,
    );
    expect(chosen).toBe('int8-static');
    const rescue = steps.find(({ accepted }) => accepted)!;
    expect(rescue.rung).toMatch(/nodes in float|equalized|smoothed/);
    expect(forms[0]!.quality.value).toBeGreaterThanOrEqual(0.97);
  });

  test('is shipped in float32 where no rung rescues it', async () => {
    const { report, forms } = await climb({ ...ruined, yardstick: HARSH });
    expect(report.classes[0]).toMatchObject({ chosen: 'float32', order: ['float32'] });
    expect(forms.filter(({ accepted }) => accepted).map(({ name }) => name)).toEqual(['float32']);
    // Of each format one refused form is kept to look at.
    expect(forms.map(({ name }) => name)).toEqual(['int8-static', 'int8-dynamic', 'float32']);
    expect(report.classes[0]!.steps.length).toBeGreaterThan(5);
    expect(report.notes.join()).toMatch(/without data to train on these were left out: .*quantization-aware/);
  });

  test('is trained with the rounding where there is something to train with', async () => {
    const requests: FineTuneRequest[] = [];
    const fineTune = async (request: FineTuneRequest) => {
      requests.push(request);
      return applyState(request.model, new Map([['last_w', new Float32Array(96 * 4).fill(0.5)]]));
    };
    const { report } = await climb({ ...ruined, yardstick: HARSH, fineTune });
    const [request] = requests;
    expect(request?.reason).toBe('quantization-aware');
    expect(request?.model.graph.node.some(({ opType }) => opType === 'QuantizeLinear')).toBe(true);
    const { steps } = report.classes[0]!;
    expect(steps.some(({ rung }) => rung.endsWith('quantization-aware fine-tuning'))).toBe(true);
    expect(report.notes.join()).not.toMatch(/without data to train on/);
  });
});

test('a size goal that nothing else meets is met by pruning', async () => {
  const fineTune = async ({ model }: FineTuneRequest) => model;
  const goals = { ...GOALS, maxAccuracyDrop: 1, maxRelativeDrop: 1, maxSizeShare: 0.22 };
  const { report, forms } = await climb({ goals, fineTune });
  const accepted = report.classes[0]!.steps.find((step) => step.accepted);
  expect(accepted?.rung).toMatch(/% of the channels pruned/);
  expect(forms[0]!.model.length).toBeLessThanOrEqual(0.22 * forms.at(-1)!.model.length);
});

test('without calibration rows nothing static is tried, and the report says so', async () => {
  const { report } = await climb({ calibration: undefined });
  expect(report.calibration).toEqual({ source: 'none', rows: 0 });
  expect(report.classes[0]).toMatchObject({ chosen: 'int8-dynamic' });
  expect(report.notes.join()).toMatch(/without calibration rows these were left out: int8-static/);
});

test('a form that does not load is a refused step, and the climb goes on', async () => {
  const timed = engine();
  const picky: GraphEngine = {
    ...{ name: timed.name, cores: 1, memoryBytes: timed.memoryBytes },
    open: async (bytes) => {
      if (Buffer.from(bytes).includes('QuantizeLinear') && !Buffer.from(bytes).includes('DynamicQuantizeLinear')) {
        throw new OutsideError('MODEL_INVALID', 'load a model');
      }
      return timed.open(bytes);
    },
  };
  const { report, forms } = await climb({ engine: picky, timed });
  expect(report.classes[0]!.steps[0]).toMatchObject({
    ...{ format: 'int8-static', accepted: false, reasons: ['not made: load a model'] },
    ...{ quality: null, sizeBytes: null, p50Ms: null },
  });
  expect(forms.map(({ name }) => name)).toEqual(['int8-dynamic', 'float32']);
});

test('ends with the job', async () => {
  const [controller, steps] = [new AbortController(), [] as string[]];
  const reason = new Error('cancelled');
  const onStep = (rung: string) => {
    steps.push(rung);
    controller.abort(reason);
  };
  await expect(climb({ signal: controller.signal, onStep })).rejects.toBe(reason);
  expect(steps).toEqual(['int8-static, everything that pays']);
});

test('half precision is kept in the file alone where the processor has none', async () => {
  // Casts of activations take time, those of weights are worked out when the model is loaded.
  const runMs = ({ graph }: Model) => {
    const constants = new Set(graph.initializer.map(({ name }) => name));
    return graph.node.some(({ opType, input }) => opType === 'Cast' && !constants.has(input[0])) ? 2 : 1;
  };
  const profiles = [profile('gateway', ['float16', 'float32'])];
  const { report, forms } = await climb({ timed: new TimedEngine(ORT, runMs), profiles });
  expect(report.classes[0]!.steps.map(({ rung, accepted }) => [rung, accepted])).toEqual([
    ['float16', false],
    ['float16, weights only', true],
  ]);
  expect(forms[0]!.model.length).toBeLessThan(0.6 * forms[1]!.model.length);
});
