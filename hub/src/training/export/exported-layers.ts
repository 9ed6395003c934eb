import type { Model } from '@edgeloop/onnx';

/** How a weight of a LayersModel lies in the exported graph. */
export interface WeightLink {
  /** Name of the initializer. */
  readonly initializer: string;
  /** Names of the weights of the LayersModel that it is made of, such as `dense_1/kernel`. */
  readonly weights: readonly string[];
  /**
   * Whether gradients change it. Not those of frozen layers, and not the running statistics of BatchNormalization, which
   * a training graph moves where it trains what is in front of them.
   */
  readonly isTrainable: boolean;
  /** From the values of `weights`, each in its own layout, to the initializer's. */
  toOnnx(values: readonly Float32Array[]): Float32Array;
  /** The way back. */
  fromOnnx(values: Float32Array): Float32Array[];
}

/** A LayersModel as an ONNX model of ordinary operators. */
export interface ExportedLayers {
  readonly model: Model;
  readonly weights: readonly WeightLink[];
}

export interface ExportOptions {
  /**
   * 'training' keeps what only training needs as nodes of their own: Dropout, BatchNormalization with its running
   * statistics. 'inference' leaves dropout and noise out. @default 'inference'
   */
  readonly purpose?: 'inference' | 'training';
  /** Names of the graph's inputs, in the order of the model's. @default the names of the input layers */
  readonly inputs?: readonly string[];
  /** Names of the graph's outputs, in the order of the model's. @default the names of the output layers */
  readonly outputs?: readonly string[];
  /** Inputs, by name, whose images come channel first, [batch, channels, height, width]; others come as in the model. */
  readonly channelFirst?: readonly string[];
}
