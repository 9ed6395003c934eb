import type { AliasMove, VersionRecord } from '@edgeloop/hub';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { modelQuery } from '../api/queries.ts';
import { Answer } from '../elements/answer.tsx';
import { Badge } from '../elements/badge.tsx';
import { type Column, DataTable } from '../elements/data-table.tsx';
import { EmptyNotice } from '../elements/empty-notice.tsx';
import { PageHead } from '../elements/page-head.tsx';
import { Panel } from '../elements/panel.tsx';
import { versionName } from '../format/names.ts';
import { formatBytes, formatLatency, NO_FIGURE } from '../format/numbers.ts';
import { formatDate } from '../format/times.ts';
import { useSession } from '../session/session-context.ts';
import { qualityName, qualityText } from './model-quality.ts';
import { aliasesOf, smallestAccepted } from './version-figures.ts';

/** One model: its versions and where its aliases point and pointed. */
export function ModelPage() {
  const { model: name } = useParams({ from: '/models/$model' });
  const { hub } = useSession();
  const query = useQuery(modelQuery(hub, name));
  return (
    <>
      <PageHead title={name} trail={<Link to="/models">Models</Link>}>
        <Link className="button" to="/monitoring" search={{ model: name }}>
          Monitoring
        </Link>
      </PageHead>
      <Answer query={query} what={`the model ${name}`}>
        {({ model, versions, aliases, moves }) => (
          <>
            {model.description ? <p className="lead">{model.description}</p> : null}
            <Panel title="Versions">
              <Versions model={name} versions={versions} aliases={aliases} />
            </Panel>
            <Panel title="Moves of aliases">
              <Moves moves={moves} />
            </Panel>
          </>
        )}
      </Answer>
    </>
  );
}

function Versions({
  model,
  versions,
  aliases,
}: {
  model: string;
  versions: readonly VersionRecord[];
  aliases: Readonly<Record<string, number>>;
}) {
  if (versions.length === 0) {
    return (
      <EmptyNotice command={`edgeloop train ${model} --dataset DATA --wait`}>
        No run of this model has passed its gate yet. See Runs for the reasons, or train again:
      </EmptyNotice>
    );
  }
  return (
    <DataTable
      caption={`Versions of ${model}, newest first`}
      columns={versionColumns(aliases, qualityName(versions.map(({ evaluation }) => evaluation)))}
      rows={versions.toReversed()}
      rowKey={({ version }) => version}
    />
  );
}

function versionColumns(aliases: Readonly<Record<string, number>>, quality: string): readonly Column<VersionRecord>[] {
  return [
    {
      head: 'Version',
      cell: ({ model, version }) => (
        <Link to="/models/$model/$version" params={{ model, version: String(version) }}>
          v{version}
        </Link>
      ),
    },
    { head: 'Aliases', cell: ({ version }) => <Aliases names={aliasesOf(aliases, version)} /> },
    { head: quality, align: 'right', cell: ({ evaluation }) => qualityText(evaluation) },
    {
      head: 'Smallest accepted form',
      cell: (version) => {
        const variant = smallestAccepted(version);
        if (!variant) return NO_FIGURE;
        const figures = [
          formatBytes(variant.sizeBytes),
          'metrics' in variant ? qualityText(variant.metrics) : NO_FIGURE,
          formatLatency(variant.p50Ms),
        ];
        return `${variant.name}: ${figures.join(', ')}`;
      },
    },
    {
      head: 'Trained on',
      cell: ({ lineage }) => (lineage ? versionName(lineage.dataset.name, lineage.dataset.version) : NO_FIGURE),
    },
    {
      head: 'Cause',
      cell: causeText,
    },
    { head: 'Made', cell: ({ createdMs }) => <span className="nowrap">{formatDate(createdMs)}</span> },
  ];
}

function causeText({ lineage, upload }: VersionRecord): string {
  if (!lineage) return `uploaded by ${upload.by}`;
  return lineage.cause.kind === 'retraining' ? 'a retraining' : `asked for by ${lineage.cause.ref}`;
}

/** Aliases as badges; the champion stands out. */
export function Aliases({ names }: { names: readonly string[] }) {
  if (names.length === 0) return <span className="muted">none</span>;
  return names.map((name) => (
    <Badge key={name} tone={name === 'champion' ? 'good' : 'busy'}>
      {name}
    </Badge>
  ));
}

const MOVE_COLUMNS: readonly Column<AliasMove & { readonly key: number }>[] = [
  { head: 'Alias', cell: ({ alias }) => alias },
  { head: 'From', cell: ({ fromVersion }) => (fromVersion === null ? 'nothing' : `v${fromVersion}`) },
  { head: 'To', cell: ({ toVersion }) => (toVersion === null ? 'nothing' : `v${toVersion}`) },
  { head: 'Cause', cell: ({ cause }) => cause },
  { head: 'When', cell: ({ atMs }) => <span className="nowrap">{formatDate(atMs)}</span> },
];

function Moves({ moves }: { moves: readonly AliasMove[] }) {
  if (moves.length === 0)
    return <EmptyNotice>No alias has moved yet: the first version that a run makes becomes the champion.</EmptyNotice>;
  const rows = moves.map((move, key) => ({ ...move, key })).reverse();
  return (
    <DataTable caption="Moves of aliases, newest first" columns={MOVE_COLUMNS} rows={rows} rowKey={({ key }) => key} />
  );
}
