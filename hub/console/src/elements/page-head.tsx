import { type ReactNode, useEffect } from 'react';

/** The title of a page, also in the browser's tab. */
export function PageHead({
  title,
  trail,
  children,
}: {
  title: string;
  /** Link to the page above. */
  trail?: ReactNode;
  children?: ReactNode;
}) {
  useEffect(() => {
    document.title = `${title} · Edgeloop`;
  }, [title]);
  return (
    <div className="page-head">
      <div>
        {trail ? <div className="trail">{trail}</div> : null}
        <h1>{title}</h1>
      </div>
      {children ? <div className="actions">{children}</div> : null}
    </div>
  );
}
