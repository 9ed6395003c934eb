import { OutsideError, RequestError } from '../errors.ts';
import { type Column, type ImageColumn, imageBytes, isCoded, type Table } from './table.ts';

// Canonical bytes: "ELT1", header length (uint32), header (JSON, padded with spaces), then the columns, each padded to
// a multiple of 8 bytes. Little endian. A column of whole numbers takes the narrowest type that holds it; the lowest
// value of that type then means missing. Images are their bytes, row after row. The same rows always give the same bytes, and so the same digest.
const MAGIC = 'ELT1';
const HEAD_BYTES = 8;
const ALIGNMENT = 8;
const MOST_CHARACTERS = 200_000_000;

const ARRAYS = {
  uint8: Uint8Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  float32: Float32Array,
  float64: Float64Array,
} as const;
type StorageType = keyof typeof ARRAYS;

const WHOLE_LIMITS = [
  ['int8', 127],
  ['int16', 32_767],
  ['int32', 2_147_483_647],
] as const;

interface ColumnHeader {
  readonly name: string;
  readonly kind: Column['kind'];
  readonly type: StorageType;
  readonly levels?: readonly string[];
  readonly image?: Pick<ImageColumn, 'height' | 'width' | 'channels'>;
}

/**
 * Canonical bytes of a table: equal tables have equal bytes.
 *
 * @throws RequestError TOO_LARGE when its texts are longer than a header can hold
 */
export function encodeTable(table: Table): Uint8Array {
  checkTexts(table);
  const stored = table.columns.map(storeColumn);
  const headers = stored.map(({ header }) => header);
  const header = Buffer.from(JSON.stringify({ rows: table.rows, columns: headers }));
  const headerEnd = HEAD_BYTES + aligned(header.length);
  const sizeBytes = stored.reduce((sum, { data }) => sum + aligned(data.byteLength), headerEnd);
  // Written in place: images would not fit into memory several times.
  const bytes = Buffer.alloc(sizeBytes);
  bytes.write(MAGIC);
  bytes.writeUInt32LE(headerEnd - HEAD_BYTES, MAGIC.length);
  bytes.fill(0x20, HEAD_BYTES, headerEnd);
  header.copy(bytes, HEAD_BYTES);
  let offset = headerEnd;
  for (const { data } of stored) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += aligned(data.byteLength);
  }
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A header is one string, which JavaScript cannot make as long as it likes. */
function checkTexts({ columns }: Table): void {
  let characters = 0;
  for (const column of columns) if (isCoded(column)) for (const level of column.levels) characters += level.length;
  if (characters <= MOST_CHARACTERS) return;
  const message = `the different texts of a data set may have ${MOST_CHARACTERS} characters together, got ${characters}`;
  throw new RequestError('TOO_LARGE', message, { details: { maxCharacters: MOST_CHARACTERS } });
}

/** @throws OutsideError DATA_INVALID when the bytes are no table */
export function decodeTable(bytes: Uint8Array): Table {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.length < HEAD_BYTES || buffer.toString('latin1', 0, MAGIC.length) !== MAGIC) {
    throw malformed(`expected bytes that start with ${MAGIC}, got ${JSON.stringify(buffer.toString('latin1', 0, 4))}`);
  }
  const headerEnd = HEAD_BYTES + buffer.readUInt32LE(MAGIC.length);
  if (headerEnd > buffer.length) throw malformed(`expected ${headerEnd} header bytes, got ${buffer.length}`);
  const { rows, columns } = readHeader(buffer.toString('utf8', HEAD_BYTES, headerEnd));
  let offset = headerEnd;
  const decoded = columns.map((header) => {
    const ArrayType = ARRAYS[header.type];
    const end = offset + rows * ArrayType.BYTES_PER_ELEMENT * (header.image ? imageBytes(header.image) : 1);
    if (end > buffer.length) throw malformed(`column ${header.name}: expected ${rows} rows, got fewer bytes`);
    // Copied, because a view would need an offset that the element size divides.
    const data = new ArrayType(new Uint8Array(buffer.subarray(offset, end)).buffer);
    offset = aligned(end);
    return loadColumn(header, data);
  });
  return { rows, columns: decoded };
}

function readHeader(text: string): { rows: number; columns: readonly ColumnHeader[] } {
  let header: { rows?: unknown; columns?: unknown };
  try {
    header = JSON.parse(text);
  } catch (cause) {
    throw new OutsideError('DATA_INVALID', 'read the header of a table', { cause });
  }
  const { rows, columns } = header;
  if (typeof rows !== 'number' || !Number.isSafeInteger(rows) || rows < 0 || !Array.isArray(columns)) {
    throw malformed(`expected a header with rows and columns, got ${text.slice(0, 60)}`);
  }
  for (const column of columns) {
    if (!Object.hasOwn(ARRAYS, column?.type)) throw malformed(`column ${column?.name}: unknown type ${column?.type}`);
  }
  return { rows, columns };
}

function storeColumn(column: Column): { header: ColumnHeader; data: ArrayBufferView } {
  const { name, kind } = column;
  if (column.kind === 'image') {
    const { height, width, channels, pixels } = column;
    return { header: { name, kind, type: 'uint8', image: { height, width, channels } }, data: pixels };
  }
  if (column.kind !== 'number') {
    return { header: { name, kind, type: 'int32', levels: column.levels }, data: column.codes };
  }
  const type = narrowestType(column.values);
  const data = new ARRAYS[type](column.values.length);
  const missing = missingMark(type);
  for (let row = 0; row < data.length; row++) {
    const value = column.values[row] ?? Number.NaN;
    data[row] = Number.isNaN(value) ? missing : value;
  }
  return { header: { name, kind, type }, data };
}

function loadColumn(header: ColumnHeader, data: ArrayLike<number>): Column {
  const { name, kind, type } = header;
  if (kind === 'image') {
    if (header.image && data instanceof Uint8Array) return { name, kind, ...header.image, pixels: data };
    throw malformed(`column ${name}: expected images as uint8 with their size, got ${type}`);
  }
  if (kind !== 'number') return { name, kind, levels: header.levels ?? [], codes: Int32Array.from(data) };
  const missing = missingMark(type);
  const values = new Float64Array(data.length);
  for (let row = 0; row < data.length; row++) {
    const value = data[row] ?? missing;
    values[row] = value === missing ? Number.NaN : value;
  }
  return { name, kind, values };
}

function narrowestType(values: Float64Array): StorageType {
  let largest = 0;
  let isWhole = true;
  let isSingle = true;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    // -0 would come back as 0 from a whole number.
    if (!Number.isInteger(value) || Object.is(value, -0)) isWhole = false;
    if (Math.fround(value) !== value) isSingle = false;
    largest = Math.max(largest, Math.abs(value));
  }
  const whole = isWhole ? WHOLE_LIMITS.find(([, limit]) => largest <= limit) : undefined;
  return whole?.[0] ?? (isSingle ? 'float32' : 'float64');
}

function missingMark(type: StorageType): number {
  const limit = WHOLE_LIMITS.find(([name]) => name === type)?.[1];
  return limit === undefined ? Number.NaN : -limit - 1;
}

function aligned(length: number): number {
  return Math.ceil(length / ALIGNMENT) * ALIGNMENT;
}

function malformed(message: string): OutsideError {
  return new OutsideError('DATA_INVALID', `table: ${message}`);
}
