import '@tensorflow/tfjs-backend-cpu';
import { env, setBackend } from '@tensorflow/tfjs-core';
import { addChainedOperations } from './chained-operations.ts';
import { replaceOrthogonalDraw } from './orthogonal-draw.ts';
import { countParameters } from './parameter-limit.ts';
import { replaceSegmentSum } from './segment-sum.ts';
import { replaceUnpackGradient } from './unpack-gradient.ts';

// The library greets on the console when it computes first, unless it is told that it is in production.
env().set('PROD', true);
addChainedOperations();
countParameters();
replaceOrthogonalDraw();
replaceSegmentSum();
replaceUnpackGradient();
await setBackend('cpu');

/** TensorFlow.js, core and layers, on its plain CPU backend. */
export * as tf from './library.ts';
