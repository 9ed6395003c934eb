import { createRequire } from 'node:module';

/** Whether one of the optional packages that compute for engine tfjs is installed. */
export function hasTfjsNode(): boolean {
  const { resolve } = createRequire(import.meta.url);
  return ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'].some((name) => {
    try {
      return resolve(name) !== '';
    } catch {
      return false;
    }
  });
}
