import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import type { Hono } from 'hono';
import { InternalError, OutsideError } from '../errors.ts';
import type { ApiEnv } from './api-parts.ts';

/** The web server: opens the port, and closes it together with every connection. */
export class HttpServer {
  readonly #app: Hono<ApiEnv>;
  readonly #host: string;
  readonly #port: number;
  #server: Server | undefined;

  constructor(app: Hono<ApiEnv>, host: string, port: number) {
    this.#app = app;
    this.#host = host;
    this.#port = port;
  }

  /** Resolves to the port. @throws OutsideError UNREACHABLE when it is taken */
  async start(): Promise<number> {
    const server = createAdaptorServer({ fetch: this.#app.fetch }) as Server;
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (cause) => {
        reject(new OutsideError('UNREACHABLE', `listen for the web on ${this.#host}:${this.#port}`, { cause }));
      });
      server.listen(this.#port, this.#host, resolve);
    });
    const address = server.address();
    if (address === null || typeof address === 'string') throw new InternalError('the web server has no TCP port');
    return address.port;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (!server) return;
    const closed = new Promise((resolve) => server.close(resolve));
    // Event streams never end by themselves.
    server.closeAllConnections();
    await closed;
  }
}
