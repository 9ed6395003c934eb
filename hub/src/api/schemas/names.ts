import { IDENTIFIER_PATTERN } from '@edgeloop/protocol';
import { z } from '@hono/zod-openapi';

const RULE = '1 to 63 of a-z, 0-9, ".", "_", "-", starting with a letter or digit';

/** Name of a device, model, slot or data set. */
export const nameSchema = z.string().regex(IDENTIFIER_PATTERN, { error: `must be ${RULE}` });

export const nameParam = z.object({ name: nameSchema });
export const idParam = z.object({ id: z.string().min(1).max(80) });
export const versionSchema = z.coerce.number().int().min(1);
export const digestSchema = z.string().regex(/^[0-9a-f]{64}$/, { error: 'must be 64 lower-case hex digits' });
export const labelsSchema = z.record(z.string().min(1).max(64), z.string().max(256));

/** A limit in a query, with the number taken when it is left out. */
export function limitQuery(fallback: number, most: number): z.ZodDefault<z.ZodCoercedNumber> {
  return z.coerce.number().int().min(1).max(most).default(fallback);
}
