import type { ColumnKind, DatasetRecord } from '../store/dataset-store.ts';

export interface DatasetUpload {
  readonly name: string;
  /** Column to predict; undefined for unlabelled data. */
  readonly label?: string | undefined;
  readonly format?: 'csv' | 'jsonl' | 'images' | 'texts' | undefined;
  /** Whether the label is a number to tell or a class; undefined leaves it to its values. */
  readonly labelKind?: 'number' | 'category' | undefined;
  /** Kinds of columns where the guess would be wrong. */
  readonly columnKinds?: Readonly<Record<string, ColumnKind>> | undefined;
  /** What number columns are in. */
  readonly units?: Readonly<Record<string, string>> | undefined;
  readonly dropDuplicates?: boolean | undefined;
  /** Of images: the size and the channels that all of them get. */
  readonly imageSize?: { readonly height: number; readonly width: number } | undefined;
  readonly channels?: 1 | 3 | undefined;
  /** Leaves out files that cannot be read instead of refusing all. */
  readonly skipBroken?: boolean | undefined;
  /** Where the rows came from, in words. */
  readonly origin: string;
  readonly bytes: Uint8Array;
}

export interface DatasetRows {
  readonly columns: readonly string[];
  /** [row][column]; null is missing, an image a small PNG as a data URL. */
  readonly rows: readonly (readonly (number | string | null)[])[];
}

/** What people do with data sets through the API. */
export interface DatasetActions {
  /** Profiles, cleans and keeps the rows as the next version of the name. @throws OutsideError DATA_INVALID */
  importFile(upload: DatasetUpload): Promise<DatasetRecord>;
  /** The first rows. @throws RequestError NOT_FOUND */
  preview(name: string, version: number | undefined, limit: number): Promise<DatasetRows>;
}
