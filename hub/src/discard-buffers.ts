import { MessageChannel, type MessagePort } from 'node:worker_threads';

/**
 * Gives the memory of buffers back at once. The garbage collector would let tens of megabytes pile up first: to V8 an
 * ArrayBuffer is a few bytes.
 *
 * A message that nobody can receive takes its buffers with it.
 */
export function discardBuffers(buffers: readonly ArrayBuffer[]): void {
  DEAD_END.postMessage(null, buffers);
}

const DEAD_END: MessagePort = deadEnd();

function deadEnd(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  port2.close();
  port1.unref();
  return port1;
}
