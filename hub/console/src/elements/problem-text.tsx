/** A problem that was recorded: its code and its sentence. */
export function ProblemText({ problem }: { problem: { readonly code: string; readonly message: string } | null }) {
  if (problem === null) return <span className="muted">none</span>;
  return (
    <span className="problem">
      <code className="code bad">{problem.code}</code> {problem.message}
    </span>
  );
}
