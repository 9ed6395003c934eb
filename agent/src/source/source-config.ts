/** A change applied to one channel of a replayed sensor: a test rig's way to let a sensor drift, stick or fail. */
export interface SensorFaultConfig {
  readonly feature: string;
  /** Added to the value. */
  readonly add?: number | undefined;
  /** The value is multiplied by it, before `add`. */
  readonly multiply?: number | undefined;
  /** The sensor shows nothing but this. */
  readonly stuckAt?: number | undefined;
  /** The sensor shows nothing at all. */
  readonly missing?: boolean | undefined;
  /** Only rows of the file from this one on, counted from 0. */
  readonly fromRow?: number | undefined;
  /** Only after this many readings were delivered. */
  readonly afterRows?: number | undefined;
  /** Only while this file exists. */
  readonly whenFileExists?: string | undefined;
}

/** Replay of a recorded sensor. */
export interface ReplayConfig {
  readonly kind: 'csv-replay' | 'jsonl-replay';
  /** File; read through gzip when it is packed. */
  readonly path: string;
  readonly rowsPerSecond: number;
  /** Column that holds the true class; it is not given to the model. */
  readonly labelColumn?: string | undefined;
  /** Begin again at the end. @default false */
  readonly loop?: boolean | undefined;
  /** Only every `count`-th row, beginning with row `index`. */
  readonly shard?: { readonly index: number; readonly count: number } | undefined;
  /** First row, counted from 0 without the header. @default 0 */
  readonly startRow?: number | undefined;
  /** Row to stop before; undefined for the end of the file. */
  readonly endRow?: number | undefined;
  readonly faults?: readonly SensorFaultConfig[] | undefined;
}

/** Local HTTP server that speaks the Open Inference Protocol v2. */
export interface HttpConfig {
  readonly kind: 'http';
  /** 0 takes a free port. */
  readonly port: number;
  /** @default '127.0.0.1' */
  readonly host?: string | undefined;
  /** Longest request body. @default 16 MiB */
  readonly maxBodyBytes?: number | undefined;
  /** Pixels of the largest image that is decoded. @default 16 Mi */
  readonly maxPixels?: number | undefined;
}

/** Topic on a local broker; each message is a JSON object of named fields, or an array of them. */
export interface MqttSourceConfig {
  readonly kind: 'mqtt';
  readonly url: string;
  readonly topic: string;
  /** Field that holds the true class; it is not given to the model. */
  readonly labelField?: string | undefined;
}

export type SourceConfig = ReplayConfig | HttpConfig | MqttSourceConfig;
