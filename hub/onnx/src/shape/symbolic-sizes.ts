import type { Dim } from '../graph/value-type.ts';

/** A size as a number times symbols: 2 * batch * heads. */
interface Product {
  readonly count: number;
  readonly symbols: readonly string[];
}

/** Symbols that are sums or quotients themselves cannot be taken apart. */
const ATOM = /^[^*+\-/()\s]+$/;

function parse(dim: Dim): Product | undefined {
  if (dim === undefined) return undefined;
  if (typeof dim === 'number') return { count: dim, symbols: [] };
  const factors = dim.split('*');
  if (!factors.every((factor) => ATOM.test(factor))) return { count: 1, symbols: [dim] };
  const symbols = factors.filter((factor) => !/^\d+$/.test(factor));
  const count = factors.filter((factor) => /^\d+$/.test(factor)).reduce((total, factor) => total * Number(factor), 1);
  return { count, symbols: symbols.sort() };
}

function format({ count, symbols }: Product): Dim {
  if (symbols.length === 0 || count === 0) return count;
  if (symbols.length > 1 && !symbols.every((symbol) => ATOM.test(symbol))) return undefined;
  const [only = ''] = symbols;
  if (count === 1) return symbols.join('*');
  return ATOM.test(only) ? [String(count), ...symbols].join('*') : undefined;
}

/** Product of sizes, `2*batch` where one is a symbol; `undefined` where one is unknown. */
export function multiplySizes(...dims: readonly Dim[]): Dim {
  if (dims.includes(0)) return 0;
  const factors = dims.map(parse);
  let [count, symbols]: [number, string[]] = [1, []];
  for (const factor of factors) {
    if (!factor) return undefined;
    count *= factor.count;
    symbols = [...symbols, ...factor.symbols];
  }
  return format({ count, symbols: symbols.sort() });
}

/**
 * Quotient of two sizes where it is whole whatever the symbols stand for, else `undefined`.
 *
 * Symbols cancel out, which takes them for sizes of at least 1.
 */
export function divideSizes(total: Dim, by: Dim): Dim {
  const [dividend, divisor] = [parse(total), parse(by)];
  if (!dividend || !divisor || divisor.count === 0) return undefined;
  const left = [...dividend.symbols];
  for (const symbol of divisor.symbols) {
    const at = left.indexOf(symbol);
    if (at < 0) return undefined;
    left.splice(at, 1);
  }
  const count = dividend.count / divisor.count;
  return Number.isInteger(count) ? format({ count, symbols: left }) : undefined;
}
