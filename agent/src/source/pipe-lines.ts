import { constants, open } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { type Line, LineSplitter } from './line-splitter.ts';

/** One line of a pipe, and the beginning of the next one where it came along. */
export interface PipeLine {
  readonly line: Line;
  /** Bytes behind the line that are read already, base64. */
  readonly rest: string;
}

/**
 * Lines of a pipe until it ends or `signal` is aborted. What was read by then is still given out: nobody else can
 * read it again.
 *
 * @param rest what a reader before this one had read of the next line, base64
 */
export async function* pipeLines(
  pipe: Readable,
  rest: string,
  maxLineBytes: number,
  signal: AbortSignal,
): AsyncGenerator<PipeLine, void> {
  const splitter = new LineSplitter(maxLineBytes, 0);
  splitter.push(Buffer.from(rest, 'base64'));
  for await (const chunk of chunksOf(pipe, signal)) {
    const lines = splitter.push(chunk);
    for (const [index, line] of lines.entries()) {
      const isLast = index === lines.length - 1;
      yield { line, rest: isLast ? chunk.subarray(chunk.lastIndexOf('\n') + 1).toString('base64') : '' };
    }
  }
  const line = signal.aborted ? undefined : splitter.finish();
  if (line !== undefined) yield { line, rest: '' };
}

/** A named pipe that stays open while writers come and go. */
export async function openNamedPipe(path: string): Promise<Readable> {
  // Opened for writing as well, it neither waits for a writer nor ends when one leaves (Linux, fifo(7)).
  const fd = await new Promise<number>((resolve, reject) => {
    open(path, constants.O_RDWR | constants.O_NONBLOCK, (error, opened) => (error ? reject(error) : resolve(opened)));
  });
  return new Socket({ fd, readable: true, writable: false });
}

async function* chunksOf(pipe: Readable, signal: AbortSignal): AsyncGenerator<Buffer, void> {
  let failure: Error | undefined;
  let hasEnded = false;
  let wake: () => void = () => undefined;
  pipe.on('readable', () => wake());
  pipe.on('end', () => {
    hasEnded = true;
    wake();
  });
  pipe.on('error', (error) => {
    failure = error;
    wake();
  });
  signal.addEventListener('abort', () => wake(), { once: true });
  try {
    while (!signal.aborted) {
      const chunk = pipe.read() as Buffer | null;
      if (chunk !== null) yield chunk;
      else if (failure !== undefined) throw failure;
      else if (hasEnded) return;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
    yield* drain(pipe);
  } finally {
    pipe.destroy();
  }
}

/** What the process has read of the pipe. After it, no byte is taken from it any more. */
function drain(pipe: Readable): Buffer[] {
  const chunks: Buffer[] = [];
  for (let chunk = pipe.read() as Buffer | null; chunk !== null; chunk = pipe.read() as Buffer | null)
    chunks.push(chunk);
  pipe.destroy();
  return chunks;
}
