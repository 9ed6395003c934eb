import { createRoute, OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { roleIncludes } from '../access/roles.ts';
import { RequestError } from '../errors.ts';
import type { ApiRole } from '../store/token-store.ts';
import type { ApiEnv } from './api-parts.ts';

/** Longest JSON body. Files come as streams with limits of their own. */
export const MAX_JSON_BYTES: number = 4 * 1024 * 1024;

const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string(),
  })
  .openapi('Problem', { description: 'RFC 9457 problem details, with a code to decide by' });

/** Who may use a route: a role, or everybody. */
export type RouteRole = ApiRole | 'open' | 'any';

export interface RouteOptions {
  /** The route takes a file: it limits its body itself. */
  readonly isUpload?: boolean;
  /** The token may come as `?token=`, for callers that cannot set headers. */
  readonly tokenInQuery?: boolean;
}

/** An empty set of routes whose input errors become problems. */
export function newRouter(): OpenAPIHono<ApiEnv> {
  return new OpenAPIHono<ApiEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      const faults = result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
      const first = faults[0];
      const whole = result.target === 'json' ? 'body' : result.target;
      const what = first ? `${first.path || whole}: ${first.message}` : 'unknown fault';
      throw new RequestError('INVALID_INPUT', what, { details: { in: result.target, faults } });
    },
  });
}

/**
 * A route that only callers with the role may use, with the answers that all routes share.
 *
 * The config comes back with its type unchanged, so that handlers and clients see exactly what it says.
 */
export function route<P extends string, R extends Omit<RouteConfig, 'path'> & { path: P }>(
  role: RouteRole,
  config: R,
  options: RouteOptions = {},
): R & { getRoutingPath(): string } {
  const middleware: MiddlewareHandler<ApiEnv>[] = [];
  if (role !== 'open') middleware.push(requireRole(role, options.tokenInQuery ?? false));
  if (!options.isUpload) middleware.push(limitJsonBody);
  const full = {
    ...config,
    middleware,
    // The page of the API shows routes by their first word.
    tags: [config.path.split('/')[1] ?? ''],
    ...(role === 'open' ? {} : { security: [{ bearer: [] }] }),
    'x-edgeloop-role': role,
    responses: {
      ...config.responses,
      default: {
        description: 'The request was not carried out; the problem says why',
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    },
  };
  return createRoute(full as never) as unknown as R & { getRoutingPath(): string };
}

const limitJsonBody = bodyLimit({
  maxSize: MAX_JSON_BYTES,
  onError: () => {
    throw new RequestError('TOO_LARGE', `a JSON body may have ${MAX_JSON_BYTES} bytes, got more`);
  },
});

function requireRole(role: ApiRole | 'any', tokenInQuery: boolean): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const header = /^Bearer ([\x21-\x7e]+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
    const caller = await c.var.parts.tokens.authenticate(header ?? (tokenInQuery ? c.req.query('token') : undefined));
    if (role !== 'any' && !roleIncludes(caller.role, role)) {
      throw new RequestError('FORBIDDEN', `this needs a token of role ${role}, got ${caller.role}`);
    }
    c.set('caller', caller);
    await next();
  };
}

/** Bytes as they are, in or out. */
export const binary = { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } };

/** The answer of a route: one JSON document. */
export function json<S extends z.ZodType>(
  description: string,
  schema: S,
): { description: string; content: { 'application/json': { schema: S } } } {
  return { description, content: { 'application/json': { schema } } };
}

/** The input of a route: one JSON document. */
export function jsonBody<S extends z.ZodType>(
  schema: S,
): { required: true; content: { 'application/json': { schema: S } } } {
  return { required: true, content: { 'application/json': { schema } } };
}
