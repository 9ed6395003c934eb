import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { AgentUsageError, OutsideError } from '../errors.ts';

// sockaddr_un.sun_path holds 108 bytes on Linux and 104 elsewhere.
const LONGEST_SOCKET_PATH = 100;
const ANSWER_MS = 2_000;

/** Where the agent of a data folder answers. */
export function socketPath(folder: string): string {
  const path = join(resolve(folder), 'agent.sock');
  if (Buffer.byteLength(path) <= LONGEST_SOCKET_PATH) return path;
  const name = createHash('sha256').update(path).digest('hex').slice(0, 16);
  return join(tmpdir(), `edgeloop-agent-${name}.sock`);
}

/** Answers everybody who connects with the state of this agent; also keeps a second agent off the same folder. */
export class StatusSocket {
  readonly #path: string;
  readonly #status: () => object;
  #server: Server | undefined;

  constructor(folder: string, status: () => object) {
    this.#path = socketPath(folder);
    this.#status = status;
  }

  /** @throws AgentUsageError ALREADY_RUNNING when another agent answers there */
  async open(): Promise<void> {
    await refuseSecondAgent(this.#path);
    await rm(this.#path, { force: true });
    const server = createServer((socket) => {
      // A client that leaves early is no concern of ours.
      socket.on('error', () => undefined);
      socket.end(JSON.stringify(this.#status()));
    });
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause) => reject(new OutsideError('INTERNAL', `listen on ${this.#path}`, { cause })));
      server.listen({ path: this.#path }, resolve);
    });
  }

  async close(): Promise<void> {
    this.#server?.close();
    await rm(this.#path, { force: true });
  }
}

/** @throws AgentUsageError ALREADY_RUNNING when an agent answers for this data folder */
export function checkNotRunning(folder: string): Promise<void> {
  return refuseSecondAgent(socketPath(folder));
}

async function refuseSecondAgent(path: string): Promise<void> {
  if ((await ask(path)) === undefined) return;
  throw new AgentUsageError('ALREADY_RUNNING', 'another agent already runs with this data folder');
}

/** What the running agent of a data folder says; undefined when none runs. */
export async function askStatus(folder: string): Promise<unknown> {
  const text = await ask(socketPath(folder));
  return text === undefined ? undefined : (JSON.parse(text) as unknown);
}

function ask(path: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    const socket = connect(path);
    socket.setTimeout(ANSWER_MS, () => socket.destroy());
    socket.on('data', (part) => parts.push(part));
    // Nobody listens, or an agent was killed and left its socket behind.
    socket.on('error', () => resolve(undefined));
    socket.on('close', () => resolve(parts.length === 0 ? undefined : Buffer.concat(parts).toString('utf8')));
  });
}
