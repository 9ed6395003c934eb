import { useQuery } from '@tanstack/react-query';
import { devicesQuery, eventsQuery, modelsQuery } from '../api/queries.ts';
import { Answer } from '../elements/answer.tsx';
import { EmptyNotice } from '../elements/empty-notice.tsx';
import { EventFeed } from '../elements/event-feed.tsx';
import { PageHead } from '../elements/page-head.tsx';
import { Panel } from '../elements/panel.tsx';
import { ENROLL_COMMANDS } from '../fleet/enroll-commands.ts';
import { useSession } from '../session/session-context.ts';
import { LoopStrip } from './loop-strip.tsx';

/** The loop of every model, and what happens at the moment. */
export function OverviewPage() {
  const { hub } = useSession();
  const models = useQuery(modelsQuery(hub));
  const events = useQuery(eventsQuery(hub));
  return (
    <>
      <PageHead title="Overview" />
      <Answer query={models} what="its models">
        {(list) => (list.length === 0 ? <FirstSteps /> : list.map(({ name }) => <LoopStrip key={name} model={name} />))}
      </Answer>
      <Panel title="Events">
        <Answer query={events} what="what happened">
          {(list) =>
            list.length === 0 ? (
              <EmptyNotice>Nothing has happened yet. What happens shows here at once.</EmptyNotice>
            ) : (
              <EventFeed events={list} />
            )
          }
        </Answer>
      </Panel>
    </>
  );
}

function FirstSteps() {
  const { hub } = useSession();
  const devices = useQuery(devicesQuery(hub));
  return (
    <Panel title="Start the loop">
      <EmptyNotice
        command={'edgeloop datasets import FILE --name DATA --label COLUMN\nedgeloop train MODEL --dataset DATA --wait'}
      >
        There is no model yet. Import a table with a column to predict and train on it:
      </EmptyNotice>
      {devices.data?.length === 0 ? (
        <EmptyNotice command={ENROLL_COMMANDS}>No device is enrolled yet. Bring one in:</EmptyNotice>
      ) : null}
    </Panel>
  );
}
