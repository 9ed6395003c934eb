import { messageOf, OutsideError } from '../../errors.ts';
import { tf } from './tensorflow.ts';

/** Loads a package by its name. */
export type PackageLoader = (name: string) => Promise<unknown>;

export interface BackendChoice {
  /** 'auto': tfjs-node with a graphics card, else without. 'cpu': plain JavaScript. */
  readonly wanted: 'auto' | 'cpu';
  readonly load?: PackageLoader;
  /** Version of Node.js, such as '20.19.0'. */
  readonly nodeVersion?: string;
}

/** What is read of a backend of tfjs-node. */
interface NodeBackend {
  readonly isUsingGpuDevice?: boolean;
}

const VERSION = tf.version_core;
/** The first that can be loaded is taken. They call what Node.js 23 no longer has. */
const PACKAGES = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;
const NEWEST_NODE = 22;
/** What those packages call themselves. */
const NODE_BACKEND = 'tensorflow';

const NEEDED =
  `engine tfjs needs "npm install @tensorflow/tfjs-node-gpu@${VERSION}" (CUDA 11.2 with cuDNN 8.1) or ` +
  `"npm install @tensorflow/tfjs-node@${VERSION}" (no graphics card), both on Node.js ${NEWEST_NODE} or older, or ` +
  'tfjsBackend cpu (--tfjs-backend cpu), the plain backend for small work';

/**
 * Has TensorFlow.js compute on another backend from here on.
 *
 * @returns its name for records: 'tfjs 4.22.0 cpu', 'tfjs-node-gpu 4.22.0 gpu'
 * @throws OutsideError ENGINE_MISSING with what to install
 */
export async function useBackend({
  wanted,
  load = importPackage,
  nodeVersion = process.versions.node,
}: BackendChoice): Promise<string> {
  if (wanted === 'cpu') {
    await tf.setBackend('cpu');
    return `tfjs ${VERSION} cpu`;
  }
  if (Number.parseInt(nodeVersion, 10) > NEWEST_NODE) throw missing(`this is Node.js ${nodeVersion}`);
  const faults: string[] = [];
  for (const name of PACKAGES) {
    const fault = await loadBackend(name, load);
    if (fault === undefined) return nameOf(name);
    faults.push(`${name}: ${fault}`);
  }
  throw missing(faults.join('; '));
}

/** Why the package cannot compute; undefined when it can, and does. */
async function loadBackend(name: string, load: PackageLoader): Promise<string | undefined> {
  try {
    await load(name);
  } catch (error) {
    return isNotInstalled(error) ? 'not installed' : firstLine(messageOf(error));
  }
  const isSet = await tf.setBackend(NODE_BACKEND).catch(() => false);
  return isSet ? undefined : `it brought no backend ${NODE_BACKEND}`;
}

/** The packages are optional and mostly not there, so the name must not be known to the compiler. */
function importPackage(name: string): Promise<unknown> {
  return import(name);
}

function nameOf(name: string): string {
  const { isUsingGpuDevice } = tf.backend() as NodeBackend;
  return `${name.slice(name.indexOf('/') + 1)} ${VERSION} ${isUsingGpuDevice ? 'gpu' : 'cpu'}`;
}

function isNotInstalled(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

function missing(why: string): OutsideError {
  return new OutsideError('ENGINE_MISSING', `${NEEDED}; ${why}`);
}
