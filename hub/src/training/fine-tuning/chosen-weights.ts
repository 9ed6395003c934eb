import type { TellFault } from './base-input.ts';

/** Names told when a pattern matches none of them. */
const MOST_NAMES_TOLD = 8;

/**
 * The weights to train beside the new head; tells why where there are none.
 *
 * @param trainable 'head', 'all', a glob (`*` any characters, `?` one), or a regular expression between slashes
 * @param candidates names of the weights that can be trained
 */
export function chosenWeights(trainable: string, candidates: readonly string[], fault: TellFault): readonly string[] {
  if (trainable === 'head') return [];
  const pattern = trainable === 'all' ? /^/ : patternOf(trainable, fault);
  const chosen = candidates.filter((name) => pattern?.test(name));
  if (chosen.length > 0 || !pattern) return chosen;
  if (candidates.length === 0) {
    fault(
      `trainable: only the head, which is replaced, has weights to train, so it must be "head", got ${JSON.stringify(trainable)}`,
    );
    return [];
  }
  const some = candidates.slice(0, MOST_NAMES_TOLD).join(', ');
  const others = candidates.length > MOST_NAMES_TOLD ? ` and ${candidates.length - MOST_NAMES_TOLD} more` : '';
  fault(`trainable: ${JSON.stringify(trainable)} must match the name of a weight; there are ${some}${others}`);
  return [];
}

function patternOf(text: string, fault: TellFault): RegExp | undefined {
  const inSlashes = /^\/(.+)\/$/.exec(text)?.[1];
  if (inSlashes === undefined) {
    const parts = text.split(/([*?])/).map((part) => (part === '*' ? '.*' : part === '?' ? '.' : literal(part)));
    return new RegExp(`^${parts.join('')}$`);
  }
  try {
    return new RegExp(inSlashes);
  } catch (error) {
    fault(`trainable: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

function literal(text: string): string {
  return text.replace(/[.+^${}()|[\]\\/-]/g, '\\$&');
}
