import type { TrainedVersion, VersionRecord } from '@edgeloop/hub';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Tabs } from 'radix-ui';
import { hubAnswer } from '../api/hub-answer.ts';
import { modelQuery, rolloutsQuery } from '../api/queries.ts';
import { ActionButton } from '../elements/action-button.tsx';
import { Answer } from '../elements/answer.tsx';
import { EmptyNotice } from '../elements/empty-notice.tsx';
import { PageHead } from '../elements/page-head.tsx';
import { versionName } from '../format/names.ts';
import { mayOperate, useSession } from '../session/session-context.ts';
import { Aliases } from './model-page.tsx';
import { VersionEvaluation } from './version-evaluation.tsx';
import { aliasesOf } from './version-figures.ts';
import { VersionInputs } from './version-inputs.tsx';
import { VersionLineage } from './version-lineage.tsx';
import { VersionQuantization } from './version-quantization.tsx';
import { VersionTests } from './version-tests.tsx';
import { VersionUpload } from './version-upload.tsx';
import { VersionVariants } from './version-variants.tsx';

/** One immutable version: its forms, how good it is, what it was made of. */
export function VersionPage() {
  const { model, version } = useParams({ from: '/models/$model/$version' });
  const { hub } = useSession();
  const query = useQuery(modelQuery(hub, model));
  const record = query.data?.versions.find((one) => String(one.version) === version);
  const trail = (
    <>
      <Link to="/models">Models</Link> /{' '}
      <Link to="/models/$model" params={{ model }}>
        {model}
      </Link>
    </>
  );
  return (
    <>
      <PageHead title={`${model}@${version}`} trail={trail}>
        {record ? <Aliases names={aliasesOf(query.data?.aliases ?? {}, record.version)} /> : null}
        {record?.origin === 'run' ? <RollOut version={record} /> : null}
      </PageHead>
      <Answer query={query} what={`the model ${model}`}>
        {() =>
          record ? (
            <VersionParts version={record} />
          ) : (
            <EmptyNotice>
              {model} has no version {version}. Choose one on the page of the model.
            </EmptyNotice>
          )
        }
      </Answer>
    </>
  );
}

function RollOut({ version: { model, version } }: { version: VersionRecord }) {
  const { hub, role } = useSession();
  const client = useQueryClient();
  if (!mayOperate(role)) return null;
  return (
    <ActionButton
      label="Roll out"
      question={`Roll out ${versionName(model, version)}?`}
      consequence="All enrolled devices get it, in waves of the default plan; a wave that does not pass its gate sends them back. For another plan use edgeloop rollouts start."
      run={async () => {
        await hubAnswer(hub.rollouts.$post({ json: { model, version } }));
        await client.invalidateQueries({ queryKey: rolloutsQuery(hub).queryKey });
      }}
    />
  );
}

function VersionParts({ version }: { version: VersionRecord }) {
  return version.origin === 'run' ? (
    <VersionTabs version={version} />
  ) : (
    <>
      <VersionUpload version={version} />
      <VersionQuantization version={version} />
    </>
  );
}

function VersionTabs({ version }: { version: TrainedVersion }) {
  return (
    <Tabs.Root defaultValue="variants" className="tabs">
      <Tabs.List className="tab-list" aria-label="Parts of the version">
        <Tabs.Trigger value="variants">Variants</Tabs.Trigger>
        <Tabs.Trigger value="quantization">Quantization</Tabs.Trigger>
        <Tabs.Trigger value="tests">Tested on</Tabs.Trigger>
        <Tabs.Trigger value="evaluation">Evaluation</Tabs.Trigger>
        <Tabs.Trigger value="inputs">Inputs</Tabs.Trigger>
        <Tabs.Trigger value="lineage">Lineage</Tabs.Trigger>
      </Tabs.List>
      <Tabs.Content value="variants">
        <VersionVariants variants={version.variants} />
      </Tabs.Content>
      <Tabs.Content value="quantization">
        <VersionQuantization version={version} />
      </Tabs.Content>
      <Tabs.Content value="tests">
        <VersionTests version={version} />
      </Tabs.Content>
      <Tabs.Content value="evaluation">
        <VersionEvaluation version={version} />
      </Tabs.Content>
      <Tabs.Content value="inputs">
        <VersionInputs version={version} />
      </Tabs.Content>
      <Tabs.Content value="lineage">
        <VersionLineage version={version} />
      </Tabs.Content>
    </Tabs.Root>
  );
}
