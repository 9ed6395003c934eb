import { type DestinationStream, type Logger, pino } from 'pino';

export type { Logger } from 'pino';

/** Fields that may hold a secret, whatever object they are logged in. */
const SECRET_FIELDS = ['token', 'password', 'authorization', 'jwt', 'privateKey'];

/**
 * The hub's logger: one JSON object a line, on standard error unless told otherwise.
 *
 * Secrets are replaced where they are named as such; callers still must not put them into messages.
 */
export function createLogger(level: string, out?: DestinationStream): Logger {
  return pino(
    { level, redact: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]) },
    out ?? pino.destination({ dest: 2, sync: true }),
  );
}

/** A logger that keeps silent. */
export const silentLogger: Logger = pino({ level: 'silent' });
