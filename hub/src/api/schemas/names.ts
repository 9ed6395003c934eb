import { IDENTIFIER_PATTERN } from '@edgeloop/protocol';
import { z } from '@hono/zod-openapi';

const RULE = '1 to 63 of a-z, 0-9, ".", "_", "-", starting with a letter or digit';
/** Characters of a wrong name that a message repeats: one more than a right one may have. */
const MOST_SHOWN = 64;

/** Name of a device, model, slot or data set. */
export const nameSchema = z
  .string()
  .regex(IDENTIFIER_PATTERN, { error: ({ input }) => `must be ${RULE}, got ${shortened(String(input))}` });

export const nameParam = z.object({ name: nameSchema });
export const idParam = z.object({ id: z.string().min(1).max(80) });
export const versionSchema = z.coerce.number().int().min(1);
export const digestSchema = z.string().regex(/^[0-9a-f]{64}$/, { error: 'must be 64 lower-case hex digits' });
export const labelsSchema = z.record(z.string().min(1).max(64), z.string().max(256));

/** Enough of a text to know it again, in quotes. */
function shortened(text: string): string {
  return JSON.stringify(text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}...` : text);
}

/** A limit in a query, with the number taken when it is left out. */
export function limitQuery(fallback: number, most: number): z.ZodDefault<z.ZodCoercedNumber> {
  return z.coerce.number().int().min(1).max(most).default(fallback);
}
