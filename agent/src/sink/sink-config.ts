/** Prints each prediction as one line of JSON. */
export interface StdoutConfig {
  readonly kind: 'stdout';
  /** Whether the readings go along. @default false */
  readonly fields?: boolean | undefined;
}

/** Publishes each prediction as JSON on a local broker. */
export interface MqttSinkConfig {
  readonly kind: 'mqtt';
  readonly url: string;
  readonly topic: string;
  readonly fields?: boolean | undefined;
}

/** Appends each prediction as one line of JSON to a file. */
export interface JsonlConfig {
  readonly kind: 'jsonl';
  readonly path: string;
  readonly fields?: boolean | undefined;
  /** Size at which the file becomes `<path>.1` and a new one is begun. @default 64 MiB */
  readonly maxBytes?: number | undefined;
}

export type SinkConfig = StdoutConfig | MqttSinkConfig | JsonlConfig;
