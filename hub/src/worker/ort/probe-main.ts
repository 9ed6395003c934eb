import { float32, GraphBuilder, writeModel } from '@edgeloop/onnx';
import { messageOf } from '../../errors.ts';
import { OrtEngine } from './ort-engine.ts';
import { PROVIDERS } from './provider.ts';

const SIZE = 512;
const PRODUCTS = 8;
const RUNS = 5;

/** Products of matrices, enough for a graphics card to show what it can. */
function load(): Uint8Array {
  const graph = new GraphBuilder();
  const x = graph.input('x', 'float32', [SIZE, SIZE]);
  let value = x;
  for (let product = 0; product < PRODUCTS; product++) value = graph.node('MatMul', [value, x]);
  return writeModel(graph.output(value, 'float32', [SIZE, SIZE]).build());
}

/** Median time of one run in milliseconds, after two to warm up. */
async function runMs(provider: string): Promise<number> {
  const engine = new OrtEngine(PROVIDERS.find((known) => known === provider) ?? 'cpu');
  const runner = await engine.open(load(), { threads: engine.cores });
  const x = float32(new Float32Array(SIZE * SIZE).fill(1 / SIZE), [SIZE, SIZE]);
  const times: number[] = [];
  for (let run = 0; run < RUNS + 2; run++) {
    const startedMs = performance.now();
    await runner.run({ x });
    times.push(performance.now() - startedMs);
  }
  await runner.close();
  return times.slice(2).sort((a, b) => a - b)[RUNS >> 1] ?? Number.NaN;
}

// A process of its own, because a driver that is broken may end it or hang it.
try {
  const provider = process.argv[2] ?? 'cpu';
  process.stdout.write(JSON.stringify({ ownMs: await runMs(provider), cpuMs: await runMs('cpu') }));
} catch (error) {
  process.stdout.write(JSON.stringify({ missing: messageOf(error) }));
}
