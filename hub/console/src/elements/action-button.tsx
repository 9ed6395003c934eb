import { useMutation } from '@tanstack/react-query';
import { useId, useRef } from 'react';
import { ProblemNotice } from './problem-notice.tsx';

export interface Action {
  readonly label: string;
  /** The question before it is done, as a title. */
  readonly question: string;
  /** What will happen. */
  readonly consequence: string;
  readonly isDangerous?: boolean;
  run(): Promise<unknown>;
}

/** A button that asks before it acts, and shows why when the hub refuses. */
export function ActionButton({ label, question, consequence, isDangerous = false, run }: Action) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const mutation = useMutation({ mutationFn: run, onSuccess: () => dialog.current?.close() });
  const tone = isDangerous ? 'danger' : 'primary';
  function open() {
    mutation.reset();
    dialog.current?.showModal();
  }
  return (
    <>
      <button type="button" className={isDangerous ? 'button danger-text' : 'button'} onClick={open}>
        {label}
      </button>
      <dialog ref={dialog} aria-labelledby={titleId}>
        <h2 id={titleId}>{question}</h2>
        <p>{consequence}</p>
        {mutation.error ? <ProblemNotice error={mutation.error} /> : null}
        <div className="dialog-actions">
          <button type="button" className="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button
            type="button"
            className={`button ${tone}`}
            disabled={mutation.isPending}
            onClick={() => mutation.mutate()}
          >
            {mutation.isPending ? 'Asking the hub…' : label}
          </button>
        </div>
      </dialog>
    </>
  );
}
