/** Why a worker's process is no more, as the error of the job it had. */
export interface WorkerEnd {
  readonly code: 'OUT_OF_MEMORY' | 'JOB_FAILED';
  readonly message: string;
}

/**
 * What the end of a worker's process means for its job.
 *
 * @param code exit code, null where a signal ended it
 */
export function workerEnd(code: number | null, signal: NodeJS.Signals | null): WorkerEnd {
  if (signal === 'SIGKILL') {
    const message =
      'the worker was killed (SIGKILL), as the system does when memory runs out; a training with a smaller batchSize needs less';
    return { code: 'OUT_OF_MEMORY', message };
  }
  const how = signal === null ? `with code ${code}` : `by ${signal}`;
  return { code: 'JOB_FAILED', message: `the worker ended ${how} while it had the job` };
}
