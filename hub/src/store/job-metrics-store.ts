import type { Kysely } from 'kysely';
import type { Database } from './database.ts';

/** How training stood at one step. */
export interface StepFigures {
  /** From 1, over all epochs. */
  readonly step: number;
  /** From 1. */
  readonly epoch: number;
  /** Of the step's batch, before the step. */
  readonly loss: number;
  readonly learningRate: number;
  /** Since the figures before these. */
  readonly samplesPerSecond: number;
}

/** How training stood at the end of one epoch. */
export interface EpochFigures {
  /** From 1. */
  readonly epoch: number;
  /** Mean over the batches, before each step. */
  readonly trainLoss: number;
  readonly validationLoss: number;
  /** Of classes; so is the next one. */
  readonly validationAccuracy?: number;
  /** Mean of the classes' recalls; absent in runs from before it was measured. */
  readonly validationBalancedAccuracy?: number;
  /** Of numbers: share of their variance that is told. */
  readonly validationR2?: number;
}

export interface JobMetrics {
  /** In order; thinned, so that there are never more than about a thousand. */
  readonly steps: readonly StepFigures[];
  /** In order, every one. */
  readonly epochs: readonly EpochFigures[];
}

/** Figures that are new. */
export interface JobMetricsUpdate extends JobMetrics {
  /** What is known of these places and later ones is forgotten first: the attempt goes on from an earlier place. */
  readonly from?: { readonly step: number; readonly epoch: number } | undefined;
  /** Figures of steps that this does not divide are forgotten too. */
  readonly stride: number;
}

type Kind = 'step' | 'epoch';

/** Keeps what jobs tell of themselves while they run, step by step and epoch by epoch. */
export class JobMetricsStore {
  readonly #db: Kysely<Database>;

  constructor(db: Kysely<Database>) {
    this.#db = db;
  }

  /** Telling the same figures twice changes nothing. Call inside a transaction. */
  async add(jobId: string, { from, stride, steps, epochs }: JobMetricsUpdate): Promise<void> {
    if (from) {
      await this.#forget(jobId, 'step', from.step);
      await this.#forget(jobId, 'epoch', from.epoch);
    }
    if (stride > 1) {
      await this.#db
        .deleteFrom('job_metrics')
        .where('job_id', '=', jobId)
        .where('kind', '=', 'step')
        .where((eb) => eb(eb('at', '%', stride), '<>', 0))
        .execute();
    }
    for (const figures of steps) await this.#put(jobId, 'step', figures.step, figures);
    for (const figures of epochs) await this.#put(jobId, 'epoch', figures.epoch, figures);
  }

  async list(jobId: string): Promise<JobMetrics> {
    const rows = await this.#db
      .selectFrom('job_metrics')
      .select(['kind', 'figures'])
      .where('job_id', '=', jobId)
      .orderBy('at')
      .execute();
    const of = (kind: Kind) => rows.filter((row) => row.kind === kind).map(({ figures }) => JSON.parse(figures));
    return { steps: of('step'), epochs: of('epoch') };
  }

  async #forget(jobId: string, kind: Kind, from: number): Promise<void> {
    await this.#db
      .deleteFrom('job_metrics')
      .where('job_id', '=', jobId)
      .where('kind', '=', kind)
      .where('at', '>=', from)
      .execute();
  }

  async #put(jobId: string, kind: Kind, at: number, figures: StepFigures | EpochFigures): Promise<void> {
    const text = JSON.stringify(figures);
    await this.#db
      .insertInto('job_metrics')
      .values({ job_id: jobId, kind, at, figures: text })
      .onConflict((oc) => oc.columns(['job_id', 'kind', 'at']).doUpdateSet({ figures: text }))
      .execute();
  }
}
