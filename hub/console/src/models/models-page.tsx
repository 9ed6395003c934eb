import type { ModelView } from '@edgeloop/hub';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { modelsQuery } from '../api/queries.ts';
import { Answer } from '../elements/answer.tsx';
import { type Column, DataTable } from '../elements/data-table.tsx';
import { EmptyNotice } from '../elements/empty-notice.tsx';
import { PageHead } from '../elements/page-head.tsx';
import { counted } from '../format/names.ts';
import { NO_FIGURE } from '../format/numbers.ts';
import { formatDate } from '../format/times.ts';
import { useSession } from '../session/session-context.ts';

const COLUMNS: readonly Column<ModelView>[] = [
  {
    head: 'Model',
    cell: ({ name }) => (
      <Link to="/models/$model" params={{ model: name }}>
        {name}
      </Link>
    ),
  },
  { head: 'Task', cell: ({ task }) => task },
  { head: 'Champion', cell: ({ aliases }) => versionText(aliases['champion']) },
  { head: 'Challenger', cell: ({ aliases }) => versionText(aliases['challenger']) },
  { head: 'Newest', cell: ({ newestVersion }) => versionText(newestVersion) },
  { head: 'On devices', cell: ({ liveDevices }) => liveText(liveDevices) },
  { head: 'Description', cell: ({ description }) => description || NO_FIGURE },
  { head: 'Since', cell: ({ createdMs }) => <span className="nowrap">{formatDate(createdMs)}</span> },
];

function versionText(version: number | null | undefined): string {
  return version === null || version === undefined ? NO_FIGURE : `v${version}`;
}

function liveText(liveDevices: ModelView['liveDevices']): string {
  const texts = Object.entries(liveDevices).map(([version, count]) => `v${version} on ${counted(count, 'device')}`);
  return texts.length === 0 ? 'none' : texts.join(', ');
}

/** All models. */
export function ModelsPage() {
  const { hub } = useSession();
  const query = useQuery(modelsQuery(hub));
  return (
    <>
      <PageHead title="Models" />
      <Answer query={query} what="its models">
        {(models) =>
          models.length === 0 ? (
            <EmptyNotice command="edgeloop train MODEL --dataset DATA --wait">
              There is no model yet. Train one on an imported data set:
            </EmptyNotice>
          ) : (
            <DataTable caption="Models" columns={COLUMNS} rows={models} rowKey={({ name }) => name} />
          )
        }
      </Answer>
    </>
  );
}
