import type { Problem, ReportedState } from '@edgeloop/protocol';

/** A problem with the slot it belongs to; null for one of the whole device. */
export interface LocatedProblem {
  readonly slot: string | null;
  readonly model: string | null;
  readonly code: string;
  readonly message: string;
}

/**
 * Problems in a report that the report before did not have. Devices repeat a problem until it is over, with the time
 * they last met it: what they meet at every try is still one problem, and one event.
 */
export function newProblems(before: ReportedState | null, report: ReportedState): LocatedProblem[] {
  const known = new Set(before === null ? [] : problemsOf(before).map(([key]) => key));
  return problemsOf(report).flatMap(([key, problem]) => (known.has(key) ? [] : [problem]));
}

function problemsOf({ slots, problems }: ReportedState): [key: string, problem: LocatedProblem][] {
  const inSlots = slots.flatMap(({ slot, problem, wantedModel, running }) => {
    const model = wantedModel !== '' ? wantedModel : (running?.model ?? null);
    return problem === undefined ? [] : [located(problem, slot, model)];
  });
  return [...inSlots, ...problems.map((problem) => located(problem, null, null))];
}

function located({ code, message }: Problem, slot: string | null, model: string | null): [string, LocatedProblem] {
  return [`${slot} ${code} ${message}`, { slot, model, code, message }];
}
