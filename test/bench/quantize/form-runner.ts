import { serveRounds } from '../serve-rounds.ts';
import { readFeeds } from './feeds-file.ts';
import { oneThreadSession } from './one-thread-session.ts';

/** Either side: one form of a model on ONNX Runtime, one thread. */
async function main(modelPath: string, feedsPath: string): Promise<void> {
  const feeds = await readFeeds(feedsPath);
  const session = await oneThreadSession(modelPath);
  await serveRounds(async (runs) => {
    for (let run = 0; run < runs; run++) await session.run(feeds);
    return {};
  });
}

const [, , modelPath = '', feedsPath = ''] = process.argv;
await main(modelPath, feedsPath);
