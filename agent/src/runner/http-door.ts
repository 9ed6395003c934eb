import { createServer, type Server, type Socket } from 'node:net';
import { OutsideError } from '../errors.ts';
import type { Cancel, Time } from '../time.ts';

/** Takes a connection; false when it cannot. */
export type GiveConnection = (socket: Socket) => boolean;

// Clients wait here while no runner serves; more of them would only wait in vain.
const MOST_WAITING = 256;
const LONGEST_WAIT_MS = 10_000;
const RETRY_MS = 500;
const LINGER_MS = 1_000;
const NOT_READY_BODY = JSON.stringify({ ready: false, error: 'no model runs in this slot' });
const NOT_READY: string = [
  'HTTP/1.1 503 Service Unavailable',
  'content-type: application/json',
  `content-length: ${NOT_READY_BODY.length}`,
  'connection: close',
  '',
  NOT_READY_BODY,
].join('\r\n');

/**
 * Listens for local requests on behalf of whichever runner serves. The port stays open while models change or a
 * runner is started again; connections that come meanwhile wait for the next one. Before the first they are refused.
 */
export class HttpDoor {
  readonly #server: Server;
  readonly #time: Time;
  readonly #waiting = new Map<Socket, Cancel>();
  #give: GiveConnection | undefined;
  /** Before the first runner there is nothing worth waiting for: a probe must get its answer at once. */
  #hasLed = false;

  constructor(time: Time) {
    this.#time = time;
    // Not a byte is read here: it belongs to the runner.
    this.#server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => this.#admit(socket));
  }

  /** The port it listens on; 0 before `open`. */
  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' ? (address?.port ?? 0) : 0;
  }

  /**
   * Listens. A port still held by a process that is about to end is waited for.
   *
   * @throws OutsideError SOURCE_FAILED when the port stays taken for `patienceMs`
   */
  async open(port: number, host: string, patienceMs = 10_000): Promise<void> {
    const deadlineMs = this.#time.monotonicMs() + patienceMs;
    for (;;) {
      try {
        await this.#listen(port, host);
        return;
      } catch (cause) {
        if (!isTaken(cause) || this.#time.monotonicMs() >= deadlineMs) {
          throw new OutsideError('SOURCE_FAILED', `listen on ${host}:${port}`, { cause });
        }
      }
      await new Promise<void>((resolve) => {
        this.#time.after(RETRY_MS, resolve);
      });
    }
  }

  /** Where connections go from now on; undefined lets them wait. */
  lead(give: GiveConnection | undefined): void {
    this.#give = give;
    if (give === undefined) return;
    this.#hasLed = true;
    for (const [socket, cancel] of this.#waiting) {
      cancel();
      this.#waiting.delete(socket);
      this.#admit(socket);
    }
  }

  close(): void {
    for (const [socket, cancel] of this.#waiting) {
      cancel();
      socket.destroy();
    }
    this.#waiting.clear();
    // Its callback would wait for the connections that were handed over; the port is free at once.
    if (this.#server.listening) this.#server.close();
  }

  #admit(socket: Socket): void {
    if (this.#give?.(socket) === true) return;
    if (!this.#hasLed || this.#waiting.size >= MOST_WAITING) {
      refuse(socket);
      return;
    }
    const cancel = this.#time.after(LONGEST_WAIT_MS, () => {
      this.#waiting.delete(socket);
      refuse(socket);
    });
    this.#waiting.set(socket, cancel);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => {
      this.#waiting.get(socket)?.();
      this.#waiting.delete(socket);
    });
  }

  #listen(port: number, host: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (error?: Error): void => {
        this.#server.off('error', settle).off('listening', settle);
        if (error) reject(error);
        else resolve();
      };
      this.#server.once('error', settle).once('listening', settle).listen({ port, host });
    });
  }
}

/** Answers whatever was asked, unread: nothing here can serve it. */
function refuse(socket: Socket): void {
  socket.on('error', () => socket.destroy());
  // A client that never closes its half would keep the connection.
  socket.setTimeout(LINGER_MS, () => socket.destroy());
  // Bytes left unread would turn the end into a reset, and the answer would be lost.
  socket.resume();
  socket.end(NOT_READY);
}

function isTaken(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
}
