import type { ServerResponse } from 'node:http';
import { type AgentErrorCode, describeError, ReadingRefused } from '../../errors.ts';
import type { Failure } from '../../reading.ts';
import { HttpFailure } from './http-failure.ts';

/** What an error looks like: as the Open Inference Protocol wants it, or as everything else of the agent says it. */
export type ErrorStyle = 'inference-protocol' | 'agent';

export function sendJson(response: ServerResponse, status: number, body: object): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length });
  response.end(bytes);
}

/** JSON with binary tensors behind it. @see "Inference-Header-Content-Length" in `splitBody` */
export function sendWithBinary(response: ServerResponse, json: object, binary: readonly Buffer[]): void {
  if (binary.length === 0) {
    sendJson(response, 200, json);
    return;
  }
  const head = Buffer.from(JSON.stringify(json));
  const body = Buffer.concat([head, ...binary]);
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': body.length,
    'inference-header-content-length': head.length,
  });
  response.end(body);
}

/** A reading without a prediction as the answer to its request. */
export function failureOf({ code, message, field }: Failure): HttpFailure {
  const status = code === 'INPUT_INVALID' ? 422 : 500;
  return new HttpFailure(status, message, { code: code as AgentErrorCode, ...(field === undefined ? {} : { field }) });
}

/** Says what was wrong with a request. Only here is an HTTP status chosen for an error. */
export function sendFailure(response: ServerResponse, error: unknown, style: ErrorStyle): void {
  if (response.headersSent || response.destroyed) return;
  // What is left of the request is not read.
  if (response.req.readableEnded === false) response.setHeader('connection', 'close');
  const { code, message } = describeError(error);
  const field = fieldOf(error);
  // Open Inference Protocol v2: an error is an object with the one field `error`.
  sendJson(response, statusOf(error), { error: style === 'agent' ? { code, message, field } : message });
}

function statusOf(error: unknown): number {
  if (error instanceof HttpFailure) return error.status;
  return error instanceof ReadingRefused ? 422 : 500;
}

function fieldOf(error: unknown): string | undefined {
  if (error instanceof HttpFailure) return error.field;
  return error instanceof ReadingRefused ? error.violation.feature : undefined;
}
