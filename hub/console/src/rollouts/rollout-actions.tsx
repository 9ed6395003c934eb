import type { RolloutRecord } from '@edgeloop/hub';
import { useQueryClient } from '@tanstack/react-query';
import { hubAnswer } from '../api/hub-answer.ts';
import type { HubClient } from '../api/hub-client.ts';
import { rolloutsQuery } from '../api/queries.ts';
import { ActionButton } from '../elements/action-button.tsx';
import { versionName } from '../format/names.ts';
import { mayOperate, useSession } from '../session/session-context.ts';
import { ROLLOUT_ACTIONS, type RolloutAction } from './rollout-words.ts';

interface ActionWords {
  readonly label: string;
  readonly verb: string;
  readonly consequence: string;
  readonly isDangerous: boolean;
}

const WORDS: Readonly<Record<RolloutAction, ActionWords>> = {
  pause: {
    label: 'Pause',
    verb: 'Pause',
    consequence: 'No further device gets it until you resume. Devices that have it keep it.',
    isDangerous: false,
  },
  resume: {
    label: 'Resume',
    verb: 'Resume',
    consequence: 'The wave in progress goes on where it stopped.',
    isDangerous: false,
  },
  abort: {
    label: 'Abort',
    verb: 'Abort',
    consequence: 'The rollout ends here. Devices that have the version keep it; the others never get it.',
    isDangerous: true,
  },
  'roll-back': {
    label: 'Roll back',
    verb: 'Roll back',
    consequence: 'Every device that was offered the version goes back to what it ran before.',
    isDangerous: true,
  },
};

/** What may be done with a rollout in its present state, for those who may. */
export function RolloutActions({ rollout }: { rollout: RolloutRecord }) {
  const { hub, role } = useSession();
  const client = useQueryClient();
  if (!mayOperate(role)) return null;
  return ROLLOUT_ACTIONS[rollout.state].map((action) => (
    <ActionButton
      key={action}
      label={WORDS[action].label}
      question={`${WORDS[action].verb} the rollout of ${versionName(rollout.model, rollout.version)}?`}
      consequence={WORDS[action].consequence}
      isDangerous={WORDS[action].isDangerous}
      run={async () => {
        await send(hub, rollout.id, action);
        await client.invalidateQueries({ queryKey: rolloutsQuery(hub).queryKey });
      }}
    />
  ));
}

function send(hub: HubClient, id: string, action: RolloutAction): Promise<RolloutRecord> {
  const one = hub.rollouts[':id'];
  const param = { id };
  const requests = {
    pause: () => one.pause.$post({ param }),
    resume: () => one.resume.$post({ param }),
    abort: () => one.abort.$post({ param }),
    'roll-back': () => one['roll-back'].$post({ param }),
  };
  return hubAnswer(requests[action]());
}
