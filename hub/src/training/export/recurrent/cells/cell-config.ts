import type { CellCall } from './recurrent-cell.ts';

/** What the configurations of all cells have in common; names of activations are those of TensorFlow.js. */
export interface CellConfig {
  readonly units: number;
  readonly activation: string;
  readonly dropout: number;
  readonly recurrentDropout: number;
}

/** Configuration of the gates, too. */
export interface GatedConfig extends CellConfig {
  readonly recurrentActivation: string;
}

/**
 * The configuration of a cell.
 *
 * @throws RequestError INVALID_INPUT for dropout between steps, in training
 */
export function cellConfig<Config extends CellConfig>({ cell, context }: CellCall): Config {
  const config = cell.getConfig() as unknown as Config;
  if (context.purpose === 'training' && drops(config.recurrentDropout)) {
    throw context.refusal(cell, `recurrentDropout must be 0 in training, got ${config.recurrentDropout}`);
  }
  return config;
}

/** A rate of 1 drops nothing, as in TensorFlow.js. */
export function drops(rate: number): boolean {
  return rate > 0 && rate < 1;
}
