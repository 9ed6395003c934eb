import type { ModelSignature } from '@edgeloop/protocol';

/** The model a server speaks for. */
export interface ServedModel {
  readonly model: string;
  readonly version: number;
  readonly signature: ModelSignature;
}

/** Most rows taken in one request. */
export const MOST_ROWS = 4_096;
