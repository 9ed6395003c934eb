import { spawnSync } from 'node:child_process';

const INTERPRETERS = ['python3', '/usr/bin/python3'];

const installed = INTERPRETERS.find(
  (python) => spawnSync(python, ['-c', 'import sklearn.metrics'], { stdio: 'ignore' }).status === 0,
);

/** Whether a Python with scikit-learn is there; without one its checks are skipped. */
export const hasScikitLearn: boolean = installed !== undefined;

/**
 * Runs a script of Python that reads JSON from its standard input and prints JSON.
 *
 * @throws Error with what Python printed when the script fails
 */
export function scikitLearn<Answer>(script: string, input: unknown): Answer {
  const { status, stdout, stderr } = spawnSync(installed ?? 'python3', ['-W', 'ignore', '-c', script], {
    input: JSON.stringify(input),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`python ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as Answer;
}
