import type { ModelSignature, Reference, SamplePolicy, UnnumberedWindow } from '@edgeloop/protocol';
import type { GoldenResult } from '../inference/golden-test.ts';
import type { SinkConfig } from '../sink/sink-config.ts';
import type { SourceConfig } from '../source/source-config.ts';
import type { SourcePositions } from '../store/position-store.ts';
import type { OpenSample } from '../store/sample-outbox.ts';

/** A verified model on disk, and what its release says about it. */
export interface RunnableModel {
  readonly path: string;
  /** SHA-256, hex. */
  readonly digest: string;
  readonly signature: ModelSignature;
  readonly threads: number;
}

/** Everything a runner has to know. It asks nothing back. */
export interface RunnerSpec {
  readonly deviceId: string;
  readonly slot: string;
  readonly model: string;
  readonly version: number;
  readonly releaseDigest: Uint8Array;
  readonly reference: Reference;
  readonly runnable: RunnableModel;
  readonly sources: readonly SourceConfig[];
  readonly sinks: readonly SinkConfig[];
  readonly settings: RunnerSettings;
}

/** What may change while a runner runs. */
export interface RunnerSettings {
  readonly windowMs: number;
  readonly samples: SamplePolicy;
}

/** Supervisor to runner. Connections travel beside `connection`. */
export type ToRunner =
  | { readonly kind: 'load'; readonly spec: RunnerSpec }
  | { readonly kind: 'self-test'; readonly runnable: RunnableModel; readonly golden: Uint8Array }
  /** Begin to read the sources. */
  | { readonly kind: 'take-over'; readonly positions: SourcePositions }
  | { readonly kind: 'connection'; readonly source: number }
  | { readonly kind: 'settings'; readonly settings: RunnerSettings }
  /** Leave the sources to another runner, finish open requests within `graceMs`, end. */
  | { readonly kind: 'hand-over'; readonly graceMs: number };

/** A window, with all that must be written together with it. */
export interface WindowDelivery {
  readonly kind: 'window';
  readonly window: UnnumberedWindow | undefined;
  readonly samples: readonly OpenSample[];
  /** How far the sources were read when the window was cut. */
  readonly positions: SourcePositions;
}

/** Sign of life, and what the process uses. */
export interface Heartbeat {
  readonly kind: 'heartbeat';
  readonly inferences: number;
  readonly rssBytes: number;
  readonly cpuSeconds: number;
}

/** Runner to supervisor. */
export type FromRunner =
  /** The model is loaded from bytes with this digest; connections may come. */
  | { readonly kind: 'loaded'; readonly digest: string }
  | { readonly kind: 'self-tested'; readonly result: GoldenResult }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  | WindowDelivery
  | Heartbeat
  /** The sources are free; their last window was delivered before. */
  | { readonly kind: 'handed-over' }
  | { readonly kind: 'problem'; readonly code: string; readonly message: string };
