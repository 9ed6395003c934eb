import { float32, GraphBuilder, writeModel } from '@edgeloop/onnx';
import { GoldenVectors, type Reference } from '@edgeloop/protocol';
import type { StoreJobQueue } from '../jobs/store-job-queue.ts';
import type { BlobStore } from '../store/blob-store.ts';
import { JOB_KINDS, type JobRecord } from '../store/job-store.ts';
import type { ClassMetrics } from '../store/metrics/metrics.ts';
import type { ModelInspection } from '../store/model-inspection.ts';
import { classifierSignature } from '../training/signature/model-signature.ts';
import { cannedClassMetrics } from './canned-metrics.ts';
import { cannedQuality, cannedReport } from './canned-report.ts';

export const CLASSES: readonly string[] = ['ok', 'broken'];

/** Answers to jobs; a test may replace any of them. */
export interface CannedAnswers {
  train: (job: JobRecord) => unknown;
  quantize: (job: JobRecord) => unknown;
  evaluate: (job: JobRecord) => unknown;
  inspect: (job: JobRecord) => unknown;
}

export const METRICS: ClassMetrics = cannedClassMetrics(190, 200);

/** Of an uploaded model. */
export const INSPECTION: ModelInspection = {
  inputs: [{ name: 'x', type: 'float32', dims: ['batch', 1] }],
  outputs: [{ name: 'y', type: 'float32', dims: ['batch', 2] }],
  ...{ producer: 'pytorch 2', activationBytes: 12, openSizes: ['batch'] },
  ...{ irVersion: 10, opsets: { '': 21 }, operators: { Gemm: 1 }, parameterCount: 2, weightBytes: 8, multiplyAdds: 2 },
  ...{ unestimatedOperators: [], notDifferentiable: [], engine: 'canned' },
  ...{ head: { node: 'gemm (Gemm)', units: 1, classes: 2 }, headless: null },
};

/** What a version saw whose data set had readings around `center`. */
export function referenceAround(center: number): Reference {
  const feature = { name: 'temperature', kind: 'number', edges: [center - 5, center + 5], levels: [] };
  return {
    features: [
      { ...feature, bins: [20, 160, 20], missing: 0, min: center - 10, max: center + 10, mean: center, m2: 5_000 },
    ],
    ...{ predictedClasses: [100, 100], confidenceBins: [0, 0, 0, 0, 200], accuracy: 0.95 },
    ...{ calibrationConfidence: [0, 1], calibrationAccuracy: [0, 1] },
  };
}

/** A worker that does every job at once, with figures from a can and real, tiny blobs. */
export class CannedWorker {
  readonly answers: CannedAnswers;
  readonly done: string[] = [];
  #digests = { model: '', int8: '', golden: '' };
  readonly #queue: StoreJobQueue;
  readonly #blobs: BlobStore;
  #trained = 0;

  constructor(queue: StoreJobQueue, blobs: BlobStore) {
    this.#queue = queue;
    this.#blobs = blobs;
    this.answers = {
      train: () => this.#train(),
      quantize: (job) => this.#quantized((job.spec as { by?: string }).by === 'agreement'),
      evaluate: (job) => evaluated(job.spec as EvaluatedSpec, 0.95),
      inspect: () => ({ inspection: INSPECTION }),
    };
  }

  async start(): Promise<void> {
    this.#digests = {
      model: await this.#blobs.put(tinyModel(3)),
      int8: await this.#blobs.put(tinyModel(2)),
      golden: await this.#blobs.put(GoldenVectors.encode({ rows: 1, tolerance: 0.001 })),
    };
  }

  /** Does every job that waits. */
  async work(): Promise<void> {
    for (;;) {
      const job = await this.#queue.lease('canned', JOB_KINDS);
      if (!job) return;
      await this.#queue.complete(job.id, 'canned', this.answers[job.kind](job));
      this.done.push(job.kind);
    }
  }

  #train(): unknown {
    // Every training after the first has samples of the shifted sensor among its rows.
    const center = this.#trained++ === 0 ? 20 : 50;
    return {
      floatModel: { digest: this.#digests.model, sizeBytes: 100 },
      trainingRecord: {
        ...{ epochs: 1, bestEpoch: 1, trainRows: 140, validationRows: 30, testRows: 30, ignoredColumns: [], curve: [] },
        ...{ seconds: 1, samplesPerSecond: 140, engine: 'canned', worker: 'canned' },
      },
      reference: referenceAround(center),
      signature: classifierSignature(['temperature'], CLASSES),
      validation: METRICS,
    };
  }

  #quantized(isByAgreement: boolean): unknown {
    const judged = isByAgreement ? { quality: cannedQuality({ figure: 'agreement' }) } : { metrics: METRICS };
    const forms = [this.#form('int8-static', ['x86-vnni']), this.#form('float32', [])];
    return { variants: forms.map((form) => ({ ...form, ...judged })), report: cannedReport() };
  }

  #form(name: 'int8-static' | 'float32', profiles: readonly string[]): object {
    const digest = name === 'float32' ? this.#digests.model : this.#digests.int8;
    const figures = { accepted: true, reasons: ['met'], p50Ms: 0.01, p95Ms: 0.02 };
    const { golden: goldenDigest } = this.#digests;
    return { name, format: name, profiles, digest, sizeBytes: 100, goldenDigest, ...figures };
  }
}

interface EvaluatedSpec {
  readonly purpose: string;
  readonly models: readonly { readonly ref: string }[];
}

/** The answer to an evaluation; in a comparison the champion gets 60 %, the challenger `challengerAccuracy`. */
export function evaluated({ purpose, models }: EvaluatedSpec, challengerAccuracy: number): unknown {
  const reports = models.map(({ ref }) => ({ ref, metrics: METRICS }));
  if (purpose !== 'comparison') return { reports };
  const onlyChallenger = Math.round(200 * Math.max(0, challengerAccuracy - 0.6));
  const figures = { figure: 'accuracy', champion: 0.6, challenger: challengerAccuracy };
  return { reports, comparison: { rows: 200, ...figures, onlyChampion: 0, onlyChallenger, pValue: 1e-9 } };
}

function tinyModel(weight: number): Uint8Array {
  const graph = new GraphBuilder();
  graph.input('features', 'float32', ['batch', 1]);
  const weights = graph.initializer('w', float32([weight, -weight], [1, 2]));
  graph.node('Gemm', ['features', weights], {}, { outputs: ['probabilities'] });
  return writeModel(graph.output('probabilities', 'float32', ['batch', 2]).build());
}
