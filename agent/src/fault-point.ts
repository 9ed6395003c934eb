/**
 * Every place where a test can have a process killed, in the order a successful update meets them. The first word
 * tells whose process it is: `runner.` the runner's, anything else the supervisor's.
 */
export const FAULT_POINTS = [
  'agent.before-start',
  'agent.after-start',
  'desired.before-persist',
  'desired.after-persist',
  'update.after-transition',
  'download.before-chunk',
  'download.after-chunk',
  'download.complete',
  'verify.before-install',
  'verify.after-install',
  'verify.release-read',
  'self-test.before',
  'self-test.after',
  'switch.before-start',
  'switch.new-loaded',
  'switch.old-handed-over',
  'switch.before-persist',
  'switch.after-persist',
  'switch.after',
  'trial.before-commit',
  'trial.after-commit',
  'cleanup.before',
  'cleanup.after-one',
  'rollback.before-quarantine',
  'rollback.after-quarantine',
  'rollback.before-persist',
  'rollback.after-persist',
  'report.before-publish',
  'report.after-publish',
  'outbox.before-store',
  'outbox.after-store',
  'outbox.before-number',
  'outbox.after-number',
  'outbox.after-publish',
  'outbox.before-forget',
  'outbox.after-forget',
  'outbox.after-merge',
  'runner.before-load',
  'runner.after-load',
  'runner.in-self-test',
  'runner.after-start',
  'runner.after-predict',
  'runner.before-window',
  'runner.after-window',
  'runner.before-hand-over',
  'runner.after-hand-over',
] as const;

export type FaultPoint = (typeof FAULT_POINTS)[number];

/** Environment variable that arms one fault point: `NAME`, or `NAME@CONTEXT` for only those passes with that context. */
export const FAULT_POINT_VARIABLE = 'EDGELOOP_FAULT_POINT';

const [armedName, armedContext] = (process.env[FAULT_POINT_VARIABLE] ?? '').split('@');

/**
 * Kills this process with SIGKILL when the point is armed by `EDGELOOP_FAULT_POINT`; otherwise does nothing.
 *
 * @param context what this pass is about, such as a model version
 */
export function faultPoint(name: FaultPoint, context?: string | number): void {
  if (name !== armedName || (armedContext !== undefined && armedContext !== String(context))) return;
  process.kill(process.pid, 'SIGKILL');
  // The signal may be delivered a moment later; nothing may happen in between.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
