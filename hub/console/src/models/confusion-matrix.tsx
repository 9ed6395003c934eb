import type { CSSProperties } from 'react';
import { formatCount, formatPercent } from '../format/numbers.ts';
import { recallPerClass } from './version-figures.ts';

/** Rows by true class, columns by predicted class; darker means a larger share of the true class. */
export function ConfusionMatrix({
  confusion,
  classes,
}: {
  confusion: readonly (readonly number[])[];
  classes: readonly string[];
}) {
  const recall = recallPerClass(confusion);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section className="table-scroll" aria-label="Confusion matrix" tabIndex={0}>
      <table className="confusion">
        <caption>Held-out rows by true class (down) and predicted class (across)</caption>
        <thead>
          <tr>
            <th scope="col">true \ predicted</th>
            {classes.map((name) => (
              <th key={name} scope="col" className="right">
                {name}
              </th>
            ))}
            <th scope="col" className="right">
              found
            </th>
          </tr>
        </thead>
        <tbody>
          {classes.map((name, index) => (
            <MatrixRow key={name} name={name} index={index} counts={confusion[index] ?? []} recall={recall[index]} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function MatrixRow({
  name,
  index,
  counts,
  recall,
}: {
  name: string;
  index: number;
  counts: readonly number[];
  recall: number | null | undefined;
}) {
  const rows = Math.max(
    1,
    counts.reduce((total, count) => total + count, 0),
  );
  return (
    <tr>
      <th scope="row">{name}</th>
      {counts.map((count, column) => (
        <td
          // biome-ignore lint/suspicious/noArrayIndexKey: the place is what a cell of a matrix is.
          key={column}
          className={`right cell ${column === index ? 'hit' : 'miss'}`}
          style={{ '--share': `${heat(count / rows)}%` } as CSSProperties}
        >
          {formatCount(count)}
        </td>
      ))}
      <td className="right">{formatPercent(recall)}</td>
    </tr>
  );
}

/** Per cent of colour for a share; a few wrong rows must be seen at all, and text must stay readable on it. */
function heat(share: number): number {
  return share === 0 ? 0 : Math.round(8 + 32 * Math.sqrt(share));
}
