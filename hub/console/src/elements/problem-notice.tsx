import { ConsoleError, HubProblem } from '../errors.ts';

/** Says what went wrong, with the code to look it up or to quote, and how to try again. */
export function ProblemNotice({ error, onRetry }: { error: unknown; onRetry?: (() => unknown) | undefined }) {
  const code = error instanceof ConsoleError ? error.code : 'CANNOT_HAPPEN';
  const title = error instanceof HubProblem ? error.title : undefined;
  const message = error instanceof Error ? error.message : String(error);
  return (
    <div className="notice bad" role="alert">
      <p>
        {title ? <strong>{title}. </strong> : null}
        {message} <code className="code">{code}</code>
      </p>
      {onRetry ? (
        <button type="button" className="button" onClick={() => onRetry()}>
          Try again
        </button>
      ) : null}
    </div>
  );
}
