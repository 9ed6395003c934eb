import { afterEach, describe, expect, test } from 'vitest';
import { OutsideError } from '../../errors.ts';
import { hasTfjsNode } from '../../testing/has-tfjs-node.ts';
import { tf } from './tensorflow.ts';
import { type PackageLoader, useBackend } from './use-backend.ts';

const NODE_VERSION = '20.19.0';

/** The plain backend under the name that tfjs-node gives its own. */
function registerNodeBackend(isUsingGpuDevice: boolean): void {
  tf.registerBackend('tensorflow', () => Object.assign(Object.create(tf.findBackend('cpu')), { isUsingGpuDevice }));
}

/** Packages of these names are there, and do what they do when they are loaded. */
function packages(installed: Readonly<Record<string, () => void>>): { load: PackageLoader; asked: string[] } {
  const asked: string[] = [];
  const load: PackageLoader = async (name) => {
    asked.push(name);
    const loaded = installed[name];
    if (!loaded) throw Object.assign(new Error(`Cannot find package '${name}'`), { code: 'ERR_MODULE_NOT_FOUND' });
    loaded();
  };
  return { load, asked };
}

afterEach(async () => {
  await tf.setBackend('cpu');
  if (tf.findBackend('tensorflow')) tf.removeBackend('tensorflow');
});

describe('the backend of TensorFlow.js', () => {
  test('is the plain one where that is asked for, and nothing else is loaded', async () => {
    const { load, asked } = packages({});
    expect(await useBackend({ wanted: 'cpu', load })).toBe('tfjs 4.22.0 cpu');
    expect([tf.getBackend(), asked]).toEqual(['cpu', []]);
  });

  test('is that of tfjs-node-gpu where it is installed', async () => {
    const { load, asked } = packages({ '@tensorflow/tfjs-node-gpu': () => registerNodeBackend(true) });
    const name = await useBackend({ wanted: 'auto', load, nodeVersion: NODE_VERSION });
    expect(name).toBe('tfjs-node-gpu 4.22.0 gpu');
    expect([tf.getBackend(), asked]).toEqual(['tensorflow', ['@tensorflow/tfjs-node-gpu']]);
  });

  test.each([
    ['is not installed', {}],
    [
      'cannot be loaded',
      {
        '@tensorflow/tfjs-node-gpu': () => {
          throw new Error('libcudart.so.11.0: cannot open shared object file');
        },
      },
    ],
  ])('is that of tfjs-node where tfjs-node-gpu %s', async (_what, others) => {
    const { load } = packages({ ...others, '@tensorflow/tfjs-node': () => registerNodeBackend(false) });
    const name = await useBackend({ wanted: 'auto', load, nodeVersion: NODE_VERSION });
    expect(name).toBe('tfjs-node 4.22.0 cpu');
  });

  test.each([
    ['nothing is installed', {}, NODE_VERSION, /tfjs-node-gpu: not installed; @tensorflow\/tfjs-node: not installed$/],
    [
      'what is installed brings no backend',
      { '@tensorflow/tfjs-node': () => undefined },
      NODE_VERSION,
      /tfjs-node: it brought no backend tensorflow$/,
    ],
    [
      'Node.js is too new',
      { '@tensorflow/tfjs-node': () => registerNodeBackend(false) },
      '24.1.0',
      /; this is Node.js 24.1.0$/,
    ],
  ])('is missing where %s, and one sentence says what to install', async (_what, installed, nodeVersion, why) => {
    const { load } = packages(installed);
    const error = await useBackend({ wanted: 'auto', load, nodeVersion }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(OutsideError);
    expect(error).toMatchObject({ code: 'ENGINE_MISSING', message: expect.stringMatching(why) });
    const { message } = error as OutsideError;
    for (const part of [
      'npm install @tensorflow/tfjs-node-gpu@4.22.0',
      'npm install @tensorflow/tfjs-node@4.22.0',
      'CUDA 11.2 with cuDNN 8.1',
      'Node.js 22 or older',
      '--tfjs-backend cpu',
    ]) {
      expect(message).toContain(part);
    }
    expect(message).not.toContain('\n');
  });

  test.skipIf(hasTfjsNode())('is missing where the optional packages are really not there', async () => {
    await expect(useBackend({ wanted: 'auto' })).rejects.toMatchObject({ code: 'ENGINE_MISSING' });
  });
});
