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

/** How readings of a stream become windows, for a model that takes some. */
export interface WindowConfig {
  /** Readings from the beginning of one window to that of the next. @default what the model was trained with */
  readonly stride?: number | undefined;
  /** Field that says whose reading it is; each of its values has windows of its own. */
  readonly groupField?: string | undefined;
  /** Field with the time of a reading. @default when it came */
  readonly timeField?: string | undefined;
  /** A longer pause between two readings begins a new window. */
  readonly maxGapMs?: number | undefined;
  /** Which label of its readings a window has. @default 'last' */
  readonly label?: 'last' | 'majority' | undefined;
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
  readonly window?: WindowConfig | undefined;
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
  readonly window?: WindowConfig | undefined;
}

/** Folder that a camera writes images to. */
export interface ImageFolderConfig {
  readonly kind: 'image-folder';
  readonly path: string;
  /** Order in which images are read, in each folder. @default 'name' */
  readonly order?: 'name' | 'mtime' | undefined;
  /** How often the folder is looked at. An image is read when it is the same at two looks. @default 500 */
  readonly pollMs?: number | undefined;
  /** What happens to an image that has its prediction. @default 'keep' */
  readonly after?: 'keep' | 'delete' | { readonly moveTo: string } | undefined;
  /** The true class is the name of the folder inside `path` that an image lies in. @default false */
  readonly labelFromFolder?: boolean | undefined;
  /** Pixels of the largest image that is decoded. @default 16 Mi */
  readonly maxPixels?: number | undefined;
}

/** Lines of text: of a file, a named pipe or standard input. */
export interface TextLinesConfig {
  readonly kind: 'text-lines';
  /** '-' is standard input. */
  readonly path: string;
  /** Name of the feature that a line is. @default the model's only text */
  readonly field?: string | undefined;
  /** Wait for more lines at the end of a file, and for its successor when it is rotated. @default false */
  readonly follow?: boolean | undefined;
  /** Where a file that was never read begins. @default 'beginning' */
  readonly from?: 'beginning' | 'end' | undefined;
  /** A longer line is counted and left out. @default 64 KiB */
  readonly maxLineBytes?: number | undefined;
}

export type SourceConfig = ReplayConfig | HttpConfig | MqttSourceConfig | ImageFolderConfig | TextLinesConfig;
