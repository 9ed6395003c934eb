/** How often a runner gives a sign of life, in milliseconds. */
export const HEARTBEAT_MS = 2_000;

/** Without a sign of life for this long, a runner counts as hung. Longer than any inference may take. */
export const HANG_MS = 20_000;
