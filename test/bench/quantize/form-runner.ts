import { readFile } from 'node:fs/promises';
import { decodeTensor, readModel } from '@edgeloop/onnx';
import { serveRounds } from '../serve-rounds.ts';
import { oneThreadSession, ortFeeds } from './one-thread-session.ts';

/** Either side: one form of a model on ONNX Runtime, one thread. */
async function main(modelPath: string, feedsPath: string): Promise<void> {
  const { graph } = readModel(await readFile(feedsPath));
  const feeds = ortFeeds(Object.fromEntries(graph.initializer.map((proto) => [proto.name ?? '', decodeTensor(proto)])));
  const session = await oneThreadSession(modelPath);
  await serveRounds(async (runs) => {
    for (let run = 0; run < runs; run++) await session.run(feeds);
    return {};
  });
}

const [, , modelPath = '', feedsPath = ''] = process.argv;
await main(modelPath, feedsPath);
