import type { ClassMetrics } from '@edgeloop/hub';
import { type Column, DataTable } from '../elements/data-table.tsx';
import { formatCount, formatPercent, formatScore, NO_FIGURE } from '../format/numbers.ts';

type ClassRow = ClassMetrics['perClass'][number] & { readonly name: string };

const COLUMNS: readonly Column<ClassRow>[] = [
  { head: 'Class', cell: ({ name }) => <strong>{name}</strong> },
  { head: 'F1', align: 'right', cell: ({ rows, f1 }) => (rows === 0 ? NO_FIGURE : formatScore(f1)) },
  { head: 'Precision', align: 'right', cell: ({ precision }) => formatPercent(precision) },
  { head: 'Recall', align: 'right', cell: ({ rows, recall }) => (rows === 0 ? NO_FIGURE : formatPercent(recall)) },
  { head: 'Held-out rows', align: 'right', cell: ({ rows }) => formatCount(rows) },
];

/** How each class fares: precision of what is called so, recall of what is so. */
export function ClassFigures({
  perClass,
  classes,
}: {
  perClass: ClassMetrics['perClass'];
  classes: readonly string[];
}) {
  const rows = perClass.map((figures, index) => ({ ...figures, name: classes[index] ?? String(index) }));
  return <DataTable caption="Figures of each class" columns={COLUMNS} rows={rows} rowKey={({ name }) => name} />;
}
