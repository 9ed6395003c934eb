import { createServer } from 'node:net';
import { Aedes } from 'aedes';
import Database from 'better-sqlite3';

/**
 * The peer: what most teams build first. One JSON message per sample over the same kind of broker, one row per
 * sample in the same kind of database. Rows are committed in groups, which is kinder than most.
 */
const COMMIT_EVERY_MS = 20;

const [path = ':memory:'] = process.argv.slice(2);
const db = new Database(path);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.exec(`create table samples (
  device_id text not null, at_ms integer not null, predicted text not null, confidence real not null,
  latency_ms real not null, fields text not null
) strict; create index samples_by_device on samples (device_id, at_ms)`);
const insert = db.prepare('insert into samples values (?, ?, ?, ?, ?, ?)');

let waiting: unknown[][] = [];
let stored = 0;
let told = 0;

const commit = db.transaction((rows: unknown[][]) => {
  for (const row of rows) insert.run(...row);
});

setInterval(() => {
  if (waiting.length > 0) {
    commit(waiting);
    stored += waiting.length;
    waiting = [];
  }
  if (stored !== told) process.send?.({ stored });
  told = stored;
}, COMMIT_EVERY_MS);

const broker = await Aedes.createBroker();
await broker.subscribe(
  'samples/+',
  (packet, done) => {
    const sample = JSON.parse(packet.payload.toString());
    const fields = JSON.stringify(sample.fields);
    waiting.push([sample.deviceId, sample.atMs, sample.predicted, sample.confidence, sample.latencyMs, fields]);
    done();
  },
  () => undefined,
);
const server = createServer(broker.handle);
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : undefined });
});
