import { InvalidArgumentError } from 'commander';
import type { QuantizationWish } from '../api/pipeline-actions.ts';

type Goals = NonNullable<QuantizationWish['goals']>;

const BYTES: Readonly<Record<string, number>> = {
  ...{ b: 1, kb: 1e3, mb: 1e6, gb: 1e9 },
  ...{ kib: 1024, mib: 1024 ** 2, gib: 1024 ** 3 },
};

const NUMBER = String.raw`(\d+(?:\.\d+)?)`;
/** A drop that is not limited in this unit. */
const ANY_DROP = 1;

/**
 * Collects `--goal` options: accuracy-drop=0.5pt (points) or =1% (of what float32 has), size=0.3x (of float32) or =300KB,
 * latency=1x (of float32).
 *
 * A drop in one unit takes the place of the usual limits in both.
 */
export function goal(text: string, before: Goals = {}): Goals {
  const [, name = '', value = ''] = /^([^=]*)=(.*)$/.exec(text) ?? [];
  switch (name) {
    case 'accuracy-drop':
      return { ...before, ...dropOf(value, before) };
    case 'size':
      return { ...withoutSize(before), ...sizeOf(value) };
    case 'latency':
      return { ...before, maxLatencyShare: latencyOf(value) };
    default:
      throw new InvalidArgumentError(
        'expected accuracy-drop=0.5pt, accuracy-drop=1%, size=0.3x, size=300KB or latency=1x',
      );
  }
}

function dropOf(value: string, { maxAccuracyDrop, maxRelativeDrop }: Goals): Goals {
  const [, number, unit] = new RegExp(`^${NUMBER}\\s*(pt|%)$`).exec(value) ?? [];
  const share = Number(number) / 100;
  if (unit === undefined || share > 1) {
    throw new InvalidArgumentError(
      'expected a drop of 0 to 100 points such as accuracy-drop=0.5pt, or a share of what float32 has such as accuracy-drop=1%',
    );
  }
  return unit === 'pt'
    ? { maxAccuracyDrop: share, maxRelativeDrop: maxRelativeDrop ?? ANY_DROP }
    : { maxRelativeDrop: share, maxAccuracyDrop: maxAccuracyDrop ?? ANY_DROP };
}

function sizeOf(value: string): Goals {
  const [, number, unit = ''] = new RegExp(`^${NUMBER}\\s*([a-z]+)$`, 'i').exec(value) ?? [];
  const scale = BYTES[unit.toLowerCase()];
  if (unit === 'x' && Number(number) > 0 && Number(number) <= 1) return { maxSizeShare: Number(number) };
  if (scale !== undefined && Number(number) * scale >= 1) return { maxSizeBytes: Math.floor(Number(number) * scale) };
  throw new InvalidArgumentError(
    'expected a share of the float file above 0 and up to 1 such as size=0.3x, or bytes such as size=300KB or size=1MiB',
  );
}

function latencyOf(value: string): number {
  const [, number] = new RegExp(`^${NUMBER}x$`).exec(value) ?? [];
  if (number !== undefined && Number(number) > 0 && Number(number) <= 100) return Number(number);
  throw new InvalidArgumentError('expected a share of the time of float32, above 0 and up to 100, such as latency=1x');
}

/** The last size counts, whichever way it is said. */
function withoutSize({ maxSizeShare: _, maxSizeBytes: __, ...others }: Goals): Goals {
  return others;
}
