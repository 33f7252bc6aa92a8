import { h } from '../element.ts';
import type { Field } from './fields.ts';
import type { Text } from './text.ts';

/** What a form is made of; `read` is asked when no field has a problem. */
export interface FormParts<Body> {
  readonly fields: readonly Field[];
  readonly elements: readonly (HTMLElement | null)[];
  readonly submit: string;
  readonly after: HTMLElement;
  read(): Body;
}

export interface Form {
  readonly element: HTMLElement;
  /** A sentence that stands at the buttons and is read out. */
  complain(sentence: string): void;
  setSending(isSending: boolean): void;
}

/** Tells of the first field with a problem, and sends nothing until there is none. */
export function formOf<Body>(
  { fields, elements, submit, after, read }: FormParts<Body>,
  { words: w }: Text,
  onSubmit: (body: Body) => void,
  onCancel: () => void,
): Form {
  const problem = h('p', { class: 'problem', role: 'alert', id: 'problem' });
  const primary = h('button', { type: 'submit', class: 'primary' }, submit);
  const cancel = h('button', { type: 'button', class: 'secondary', onclick: onCancel }, w.cancel);

  function send(event: Event): void {
    event.preventDefault();
    if (primary.disabled) return;
    for (const { control } of fields) {
      control.removeAttribute('aria-invalid');
      control.removeAttribute('aria-errormessage');
    }
    const wrong = fields.find((each) => each.problem() !== null);
    problem.textContent = wrong?.problem() ?? '';
    if (!wrong) {
      onSubmit(read());
      return;
    }
    wrong.control.setAttribute('aria-invalid', 'true');
    wrong.control.setAttribute('aria-errormessage', problem.id);
    wrong.control.focus();
  }

  const element = h(
    'form',
    { novalidate: '', onsubmit: send },
    ...elements,
    problem,
    h('div', { class: 'buttons' }, primary, cancel),
    after,
  );
  return {
    element,
    complain(sentence) {
      problem.textContent = sentence;
    },
    setSending(isSending) {
      primary.disabled = isSending;
      cancel.disabled = isSending;
      primary.textContent = isSending ? w.sending : submit;
      element.setAttribute('aria-busy', String(isSending));
    },
  };
}
