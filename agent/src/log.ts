type Fields = Readonly<Record<string, unknown>>;

/** A Log is responsible for telling the operator of one device what happens on it. */
export interface Log {
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
  /** The same log with `fields` on every line. */
  with(fields: Fields): Log;
}

/**
 * Log of one JSON object a line: time, level, msg and the fields.
 *
 * A logging library would cost several megabytes of the footprint in each of the two processes.
 */
export function jsonLog(write: (line: string) => void, bound: Fields = {}): Log {
  const at =
    (level: string) =>
    (msg: string, fields: Fields = {}): void =>
      write(`${JSON.stringify({ time: new Date().toISOString(), level, msg, ...bound, ...fields })}\n`);
  return {
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    with: (fields) => jsonLog(write, { ...bound, ...fields }),
  };
}

/** Log that keeps silent. */
export const silentLog: Log = jsonLog(() => undefined);
