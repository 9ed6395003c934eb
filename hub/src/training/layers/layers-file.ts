/** A network of Keras or TensorFlow.js, as its files hold it. */
export interface LayersFile {
  /** The model.json. */
  readonly model: Uint8Array;
  /** The values of its weights, behind each other as its manifest says. */
  readonly weights?: Uint8Array | undefined;
}
