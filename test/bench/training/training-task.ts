/** What one bench trains; all sides build the same layers and draw their own random data. */
export type TrainingTask = 'mlp' | 'cnn' | 'lstm';

/** Sizes of the tasks, shared by all sides. */
export const TASKS = {
  /** Dense layers with ReLU between them. */
  mlp: { batch: 64, sizes: [64, 256, 128, 10] },
  /** 3 x 3 convolutions with ReLU and a maximum over 2 x 2 behind each, then a dense layer with ReLU, then classes. */
  cnn: { batch: 64, size: 28, filters: [16, 32], hidden: 64, classes: 10 },
  /** Embedding, convolution over words with ReLU and a maximum over `pool`, LSTM, classes from its last state. */
  lstm: {
    batch: 32,
    length: 64,
    vocabulary: 5_000,
    embedding: 64,
    filters: 64,
    width: 5,
    pool: 2,
    units: 64,
    classes: 4,
  },
} as const;

export const LEARNING_RATE = 0.001;

/** Batches that our side trains on in one run, as the hub does with networks of this size. */
export const STEPS_PER_RUN = 16;
