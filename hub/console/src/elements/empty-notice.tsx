import type { ReactNode } from 'react';

/** Stands where there is nothing yet, and says what to do about it. */
export function EmptyNotice({ children, command }: { children: ReactNode; command?: string }) {
  return (
    <div className="notice empty">
      <p>{children}</p>
      {command ? <pre>{command}</pre> : null}
    </div>
  );
}
