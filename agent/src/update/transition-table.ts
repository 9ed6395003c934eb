/** Where a slot stands with its model. These words travel in `ReportedSlot.phase`. */
export const UPDATE_STATES = [
  'idle',
  'downloading',
  'verifying',
  'self-testing',
  'switching',
  'running',
  'rolling-back',
  'refused',
] as const;

export type UpdateState = (typeof UPDATE_STATES)[number];

/** What can happen to a slot. */
export const UPDATE_EVENTS = [
  // Desired state names another release than the one that is served or worked on.
  'wanted',
  // Desired state names what runs already: whatever was going on is called off.
  'content',
  // Desired state no longer names the slot.
  'withdrawn',
  'blobs-arrived',
  'download-failed',
  'blob-damaged',
  'variant-chosen',
  'release-refused',
  'model-verified',
  'self-test-passed',
  // The variant failed, another one is left.
  'self-test-next',
  'self-test-failed',
  'switched',
  'switch-failed',
  'trial-passed',
  'runner-failed',
  'restored',
  'nothing-to-restore',
] as const;

export type UpdateEvent = (typeof UPDATE_EVENTS)[number];

/** One row: in state `from`, `event` leads to `to`. */
export interface TransitionRow {
  readonly from: UpdateState;
  readonly event: UpdateEvent;
  readonly to: UpdateState;
}

/**
 * The whole behaviour of an update. A pair without a row is ignored by `nextState`; the runner raises an event again
 * when it still matters in the next state.
 *
 * Every state survives a restart: the record is written before anything is done in the new state, and each state's
 * work can be done twice. What served before keeps serving in every state but `idle`; only `switched` and `restored`
 * change what that is.
 */
export const TRANSITIONS: readonly TransitionRow[] = [
  row('idle', 'wanted', 'downloading'),
  row('running', 'wanted', 'downloading'),
  row('refused', 'wanted', 'downloading'),
  row('downloading', 'wanted', 'downloading'),
  row('verifying', 'wanted', 'downloading'),
  row('self-testing', 'wanted', 'downloading'),
  // A switch and a way back are short and are finished first; what is wanted is looked at again afterwards.

  row('downloading', 'content', 'running'),
  row('verifying', 'content', 'running'),
  row('self-testing', 'content', 'running'),
  row('refused', 'content', 'running'),

  row('downloading', 'blobs-arrived', 'verifying'),
  row('downloading', 'download-failed', 'refused'),
  row('verifying', 'blob-damaged', 'downloading'),
  row('verifying', 'download-failed', 'refused'),
  row('verifying', 'variant-chosen', 'downloading'),
  row('verifying', 'release-refused', 'refused'),
  row('verifying', 'model-verified', 'self-testing'),
  row('self-testing', 'blob-damaged', 'downloading'),
  row('self-testing', 'self-test-passed', 'switching'),
  row('self-testing', 'self-test-next', 'downloading'),
  row('self-testing', 'self-test-failed', 'refused'),
  row('switching', 'switched', 'running'),
  row('running', 'trial-passed', 'running'),

  // Every way back to the model that served before.
  row('switching', 'switch-failed', 'rolling-back'),
  row('running', 'runner-failed', 'rolling-back'),
  // The served model may also fail while another one is on its way; the newcomer is wanted again afterwards.
  row('downloading', 'runner-failed', 'rolling-back'),
  row('verifying', 'runner-failed', 'rolling-back'),
  row('self-testing', 'runner-failed', 'rolling-back'),
  row('refused', 'runner-failed', 'rolling-back'),
  // The release that was wanted stays refused; the one before it serves.
  row('rolling-back', 'restored', 'refused'),
  row('rolling-back', 'nothing-to-restore', 'refused'),

  row('idle', 'withdrawn', 'idle'),
  row('downloading', 'withdrawn', 'idle'),
  row('verifying', 'withdrawn', 'idle'),
  row('self-testing', 'withdrawn', 'idle'),
  row('running', 'withdrawn', 'idle'),
  row('refused', 'withdrawn', 'idle'),
];

/** States in which the updater has work to do by itself; in the others it waits for an event. */
export const WORKING_STATES: ReadonlySet<UpdateState> = new Set([
  'downloading',
  'verifying',
  'self-testing',
  'switching',
  'rolling-back',
]);

/** The state after `event`; undefined when the event means nothing in this state. */
export function nextState(from: UpdateState, event: UpdateEvent): UpdateState | undefined {
  return TRANSITIONS.find((candidate) => candidate.from === from && candidate.event === event)?.to;
}

function row(from: UpdateState, event: UpdateEvent, to: UpdateState): TransitionRow {
  return { from, event, to };
}
