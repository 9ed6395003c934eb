import * as core from '@tensorflow/tfjs-core';

interface UnpackAttributes {
  readonly axis: number;
}

/**
 * Replaces the gradient of a tensor that is taken apart, which the library has wrong where it has only one part: a
 * recurrent layer that reads sequences of one step could not be trained.
 */
export function replaceUnpackGradient(): void {
  core.unregisterGradient(core.Unpack);
  core.registerGradient({
    kernelName: core.Unpack,
    // A single gradient comes without the list around it.
    gradFunc: (dy, _saved, attrs) => ({
      value: () => core.stack([dy].flat(), (attrs as unknown as UnpackAttributes).axis),
    }),
  });
}
