import type { TrainedVersion } from '@edgeloop/hub';
import { useQuery } from '@tanstack/react-query';
import { signatureQuery } from '../api/queries.ts';
import { Answer } from '../elements/answer.tsx';
import { type Column, DataTable } from '../elements/data-table.tsx';
import { Facts } from '../elements/facts.tsx';
import { Panel } from '../elements/panel.tsx';
import { formatCount, NO_FIGURE } from '../format/numbers.ts';
import { useSession } from '../session/session-context.ts';
import { contentText, type InputRow, inputRows, kindText, outputText } from './input-words.ts';

/** Models that read the pixels of an image column by column have hundreds. */
const MAX_ROWS = 100;

const COLUMNS: readonly Column<InputRow>[] = [
  { head: 'Column', cell: ({ feature }) => <strong>{feature.name}</strong> },
  { head: 'Input', cell: ({ input }) => <code>{input.name}</code> },
  { head: 'Kind', cell: kindText },
  { head: 'Unit', cell: ({ feature }) => feature.unit || NO_FIGURE },
  { head: 'In the data', cell: ({ feature }) => contentText(feature) },
];

/** What a device has to give the version, and what it says; as it was signed. */
export function VersionInputs({ version: { model, version } }: { version: TrainedVersion }) {
  const { hub } = useSession();
  const query = useQuery(signatureQuery(hub, model, version));
  return (
    <Answer query={query} what={`the inputs of ${model}@${version}`}>
      {(signature) => {
        const rows = inputRows(signature);
        const left = rows.length - MAX_ROWS;
        return (
          <>
            <Panel title="Inputs">
              <DataTable
                caption="Columns that the model reads"
                columns={COLUMNS}
                rows={rows.slice(0, MAX_ROWS)}
                rowKey={({ input, feature }) => `${input.name} ${feature.name}`}
              />
              {left > 0 ? <p className="muted">And {formatCount(left)} columns more.</p> : null}
            </Panel>
            <Panel title="Output">
              <Facts facts={{ Task: signature.task, Says: outputText(signature) }} />
            </Panel>
          </>
        );
      }}
    </Answer>
  );
}
