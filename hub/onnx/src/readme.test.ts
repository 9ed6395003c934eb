import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { differentiableOperators } from './gradient/gradient-rules.ts';

const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const README = readFileSync(join(PACKAGE, 'README.md'), 'utf8');

describe('the README', () => {
  test('has an example that trains and saves a model', () => {
    const [, program = ''] = /```ts\n([\s\S]*?)```/.exec(README) ?? [];
    // Inside the package, so that its own name resolves.
    const folder = mkdtempSync(join(PACKAGE, 'readme-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'example.mts'), program);
    const args = ['--conditions=@edgeloop/source', '--import', 'tsx', 'example.mts'];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const [, loss] = /^loss ([\d.]+)\n$/.exec(stdout) ?? [];
    expect(Number(loss)).toBeLessThan(0.02);
    expect(readFileSync(join(folder, 'xor.onnx')).length).toBeGreaterThan(100);
  });

  test('names every operator that can be differentiated', () => {
    const [, listed = ''] = /<!-- differentiable -->\n([\s\S]*?)\n<!-- \/differentiable -->/.exec(README) ?? [];
    expect(listed.replaceAll('\n', ' ')).toBe(`${differentiableOperators().join(', ')}.`);
  });
});
