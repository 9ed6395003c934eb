import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { applyState, modelStats, type OptimizerOptions, writeModel } from '@edgeloop/onnx';
import { encodeCheckpoint } from '../store/checkpoint-codec.ts';
import { rowSize } from '../training/rows/batches.ts';
import { shuffledOrder } from '../training/rows/epoch-order.ts';
import { SeededRandom } from '../training/seeded-random.ts';
import { Trainer } from '../training/trainer/trainer.ts';
import type { CheckpointKeeper } from '../training/trainer/training-checkpoint.ts';
import type { TrainingPlan } from '../training/trainer/training-plan.ts';
import { ClassTally } from '../training/validation/class-tally.ts';
import { OrtEngine } from '../worker/ort/ort-engine.ts';
import { WorkerClient } from '../worker/worker-client.ts';
import { MEMORY_NETWORKS, type MemoryNetwork } from './memory-networks.ts';

const CLASSES = 10;
const EPOCHS = 2;
const FLOAT_BYTES = 4;
/** So little that every step is clipped. */
const MAX_NORM = 1e-3;

/** What an optimizer keeps of each weight. */
const OPTIMIZERS: Readonly<Record<string, { readonly options: OptimizerOptions; readonly kept: number }>> = {
  adam: { options: { kind: 'adam' }, kept: 2 },
  momentum: { options: { kind: 'sgd', momentum: 0.9 }, kept: 1 },
  plain: { options: { kind: 'sgd' }, kept: 0 },
};

/** Most memory that this process has ever had, in bytes. @see proc(5), VmHWM */
function peakBytes(): number {
  const [, kibibytes] = /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
  return Number(kibibytes) * 1024;
}

/** A hub as far as checkpoints go: one file, which is what a worker sent last. */
async function checkpointHub(file: string): Promise<Server> {
  const server = createServer(async (request, response) => {
    if (request.method === 'PUT') await pipeline(request, createWriteStream(file));
    else response.writeHead(200, { 'content-length': statSync(file).size });
    if (request.method === 'PUT') response.end('{}');
    else await pipeline(createReadStream(file), response);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return server;
}

/** Keeps and loads checkpoints as the worker does. */
function keeperAt(server: Server, file: string): CheckpointKeeper {
  const { port } = server.address() as AddressInfo;
  const client = new WorkerClient({ url: `http://127.0.0.1:${port}`, token: '', worker: 'memory' });
  return {
    load: async (read) => {
      if (!existsSync(file)) return undefined;
      const hash = createHash('sha256');
      await pipeline(createReadStream(file), hash);
      return client.readBlob(hash.digest('hex'), read);
    },
    keep: (kept, place) => client.putCheckpoint('job', encodeCheckpoint({ jobId: 'job', ...kept }), place),
  };
}

function planOf(rows: number, batchSize: number, optimizer: OptimizerOptions, clipNorm?: number): TrainingPlan {
  const clipping = clipNorm === undefined ? {} : { clipNorm };
  return {
    ...{ epochs: EPOCHS, batchSize, patience: EPOCHS, learningRate: 1e-3, shiftPixels: 0 },
    ...{ schedule: { kind: 'constant' }, order: shuffledOrder(rows), tally: () => new ClassTally(CLASSES) },
    checkpointSteps: Math.ceil(rows / batchSize),
    graphOptions: (output) => ({ loss: { kind: 'softmax-cross-entropy', output }, optimizer, ...clipping }),
  };
}

interface MeasuredTraining {
  readonly network: MemoryNetwork;
  readonly units: number;
  readonly rows: number;
  readonly plan: TrainingPlan;
  readonly checkpoints: CheckpointKeeper;
}

/** Trains a network and writes its file; returns how many parameters it has. */
async function train({ network, units, rows, plan, checkpoints }: MeasuredTraining): Promise<number> {
  const { dims } = network;
  const random = new SeededRandom(1);
  const forward = network.make(units);
  const values = Float32Array.from({ length: rows * rowSize(dims) }, () => 2 * random.next() - 1);
  const labels = Int32Array.from({ length: rows }, () => Math.floor(CLASSES * random.next()));
  const made = { rows, dims, values, labels };
  const { weights } = await new Trainer(new OrtEngine(), plan, () => performance.now()).train({
    ...{ forward, input: 'x', output: 'logits', train: made, validation: made },
    ...{ random: random.state, identity: {}, hooks: { checkpoints } },
  });
  writeModel(applyState(forward, weights));
  return modelStats(forward).parameterCount;
}

/** What is to be measured. */
interface Measured {
  /** @default dense */
  readonly kind?: keyof typeof MEMORY_NETWORKS;
  /** Units in a layer. */
  readonly units: number;
  readonly optimizer: string;
  readonly rows: number;
  /** @default that of the network */
  readonly batchSize?: number;
  /** @default false */
  readonly isClipped?: boolean;
  /** File for checkpoints, and to go on from where it is there. @default none */
  readonly checkpoint?: string;
}

const measured: Measured = JSON.parse(process.argv[2] ?? '{}');
const { kind = 'dense', units, rows, checkpoint = '', isClipped = false } = measured;
const { options, kept } = OPTIMIZERS[measured.optimizer] ?? { options: { kind: 'adam' }, kept: 2 };
const network = MEMORY_NETWORKS[kind];
const { batchSize = network.batchSize } = measured;
const server = await checkpointHub(checkpoint);
const none = { load: async () => undefined, keep: async () => undefined };
// The engine and this program are there before; so are all that the first training brings with it.
const first = { network, units: 8, rows: network.batchSize, plan: planOf(network.batchSize, batchSize, options) };
await train({ ...first, checkpoints: none });
const beforeBytes = peakBytes();
const checkpoints = checkpoint === '' ? none : keeperAt(server, checkpoint);
const plan = planOf(rows, batchSize, options, isClipped ? MAX_NORM : undefined);
const parameters = await train({ network, units, rows, plan, checkpoints });
const stateBytes = (1 + kept) * parameters * FLOAT_BYTES;
const activationBytes = batchSize * network.activations(units) * FLOAT_BYTES;
process.stdout.write(JSON.stringify({ stateBytes, activationBytes, tookBytes: peakBytes() - beforeBytes }));
server.close();
