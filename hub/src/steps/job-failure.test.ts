import { expect, test } from 'vitest';
import { jobFailure } from './job-failure.ts';

const JOB = {
  id: 'job-1',
  state: 'failed',
  progress: { share: 0.5, stage: 'int8-static, min-max', figures: {} },
} as const;

test('the end of a worker is told with the stage of its job', () => {
  const error = { code: 'JOB_FAILED', message: 'the worker ended by SIGSEGV while it had the job' };
  expect(jobFailure({ ...JOB, error })).toEqual({
    code: 'JOB_FAILED',
    message: 'the worker ended by SIGSEGV while it had the job (stage: int8-static, min-max)',
  });
  expect(jobFailure({ ...JOB, error, progress: null })).toEqual(error);
});

test('other reasons stand alone', () => {
  const error = { code: 'MODEL_INVALID', message: 'the graph has a cycle' };
  expect(jobFailure({ ...JOB, error })).toEqual(error);
  expect(jobFailure({ ...JOB, state: 'cancelled', error: null })).toEqual({
    code: 'JOB_FAILED',
    message: 'job job-1 was cancelled',
  });
});
