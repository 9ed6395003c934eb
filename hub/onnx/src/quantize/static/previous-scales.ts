import type { Model } from '../../format/messages.ts';
import { Constants } from '../../shape/constants.ts';

/** Scales of a model that was quantized earlier, by the names that static quantization gives its constants. */
export class PreviousScales {
  readonly #constants: Constants | undefined;

  constructor(previous: Model | undefined) {
    this.#constants = previous && new Constants(previous.graph);
  }

  /** [channel]; `undefined` where the earlier model has no such weights with as many channels. */
  ofWeights(name: string, channels: number): Float32Array | undefined {
    const scales = this.#constants?.get(`${name}_scale`);
    return scales?.type === 'float32' && scales.data.length === channels ? scales.data : undefined;
  }

  /** Scale and zero-point of a value. */
  ofValue(name: string): { readonly scale: number; readonly zeroPoint: number } | undefined {
    const scale = this.#constants?.get(`${name}_scale`);
    const zeroPoint = this.#constants?.get(`${name}_zero_point`);
    if (scale?.type !== 'float32' || zeroPoint?.type !== 'uint8') return undefined;
    const [step, zero] = [scale.data[0], zeroPoint.data[0]];
    return step === undefined || zero === undefined || scale.data.length !== 1
      ? undefined
      : { scale: step, zeroPoint: zero };
  }
}
