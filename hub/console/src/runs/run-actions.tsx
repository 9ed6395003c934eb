import type { RunView } from '@edgeloop/hub';
import { useQueryClient } from '@tanstack/react-query';
import { hubAnswer } from '../api/hub-answer.ts';
import { runsQuery } from '../api/queries.ts';
import { ActionButton } from '../elements/action-button.tsx';
import { mayOperate, useSession } from '../session/session-context.ts';
import { isRunOver } from './run-words.ts';

/** What may be done with a run in its present state, for those who may. */
export function RunActions({ run: { id, state, model, checkpoint } }: { run: RunView }) {
  const { hub, role } = useSession();
  const client = useQueryClient();
  if (!mayOperate(role)) return null;
  const one = hub.runs[':id'];
  const reload = () => client.invalidateQueries({ queryKey: runsQuery(hub).queryKey });
  if (!isRunOver({ state })) {
    return (
      <ActionButton
        label="Cancel run"
        question={`Cancel this training of ${model}?`}
        consequence="Its worker stops within seconds. What it has kept stays, so that it can go on later."
        isDangerous
        run={async () => {
          await hubAnswer(one.cancel.$post({ param: { id } }));
          await reload();
        }}
      />
    );
  }
  if (state !== 'failed' && state !== 'cancelled') return null;
  const from = checkpoint
    ? `from epoch ${checkpoint.epoch}, step ${checkpoint.step}`
    : 'from the beginning of its step';
  return (
    <ActionButton
      label="Go on"
      question={`Go on with this training of ${model}?`}
      consequence={`A worker takes it up again ${from}.`}
      run={async () => {
        await hubAnswer(one.resume.$post({ param: { id } }));
        await reload();
      }}
    />
  );
}
