import type { HubErrorCode } from '@edgeloop/hub';

/** Codes of the hub, and what can go wrong on the way to it. */
export type ConsoleErrorCode = HubErrorCode | 'HUB_UNREACHABLE' | 'ANSWER_MALFORMED' | 'CANNOT_HAPPEN';

/** Base of every error the console throws on purpose. */
export abstract class ConsoleError extends Error {
  readonly code: ConsoleErrorCode;

  constructor(code: ConsoleErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** The hub refused a request and said why. */
export class HubProblem extends ConsoleError {
  readonly title: string;
  readonly status: number;

  constructor(problem: { code: HubErrorCode; title: string; detail: string; status: number }) {
    super(problem.code, problem.detail);
    this.title = problem.title;
    this.status = problem.status;
  }
}

/** No answer came, or one that is none of the hub's. */
export class LinkError extends ConsoleError {
  constructor(code: 'HUB_UNREACHABLE' | 'ANSWER_MALFORMED', message: string, options?: { cause?: unknown }) {
    super(code, message, options);
  }
}

/** A state the console's own code should have made impossible. */
export class ImpossibleError extends ConsoleError {
  constructor(message: string) {
    super('CANNOT_HAPPEN', message);
  }
}
