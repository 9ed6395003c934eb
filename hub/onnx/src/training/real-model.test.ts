import { describe, expect, test } from 'vitest';
import type { Model } from '../format/messages.ts';
import { int64, type TensorOf } from '../tensor/tensor.ts';
import { ortSession } from '../testing/ort-session.ts';
import { randomFloat32, seededRandom } from '../testing/random-tensors.ts';
import { realModel } from '../testing/real-models.ts';
import { TrainingRun } from '../testing/training-run.ts';
import { applyState } from './apply-state.ts';
import { buildTrainingGraph } from './build-training-graph.ts';

const ROWS = 4;
const LABELS = [0, 1, 1, 0];

/** The value that the model's Softmax reads. */
function logitsOf({ graph }: Model): string {
  return graph.node.find(({ opType }) => opType === 'Softmax')?.input[0] ?? '';
}

async function lossOf(model: Model, x: TensorOf<'float32'>): Promise<number> {
  const [shares] = Object.values(await (await ortSession(model)).run({ x })) as TensorOf<'float32'>[];
  return LABELS.reduce((sum, label, row) => sum - Math.log(shares!.data[row * 2 + label]!) / ROWS, 0);
}

describe('the text-direction classifier, of operator set 9 with weights in Constant nodes,', () => {
  const forward = realModel('text-direction');
  const loss = { kind: 'softmax-cross-entropy', output: logitsOf(forward) } as const;
  const x = randomFloat32(seededRandom(1), [ROWS, 3, 48, 96]);

  test('is trained as a whole, its 35 batch normalizations included', async () => {
    const graph = buildTrainingGraph(forward, { loss });
    expect(graph.state.filter(({ kind }) => kind === 'weight')).toHaveLength(143);
    expect(graph.state.filter(({ kind }) => kind === 'statistic')).toHaveLength(70);
    const run = await TrainingRun.start(graph);
    const losses: number[] = [];
    for (let step = 0; step < 4; step++) losses.push(await run.step({ x, labels: int64(LABELS) }, 1e-3));
    expect(losses[3]).toBeLessThan(losses[0]! * 0.1);
  });

  test('is trained at its head alone, with all in front of it as it was', async () => {
    const trainable = ['fc_0.w_0', 'fc_0.b_0'];
    const graph = buildTrainingGraph(forward, { loss, optimizer: { kind: 'sgd' }, trainable });
    expect(graph.state.map(({ name }) => name)).toEqual(trainable);
    const run = await TrainingRun.start(graph);
    // What is frozen works as in the forward graph, so the first loss is that of the forward graph.
    expect(await run.step({ x, labels: int64(LABELS) }, 0.05)).toBeCloseTo(await lossOf(forward, x), 4);
    const next = await run.step({ x, labels: int64(LABELS) }, 0);
    expect(await lossOf(applyState(forward, run.state()), x)).toBeCloseTo(next, 4);
  });
});
