import { h } from '../element.ts';

/** One thing to be filled in: what is drawn, and what is wrong with it when the form is sent. */
export interface Field {
  readonly element: HTMLElement;
  /** Gets the focus when something is wrong. */
  readonly control: HTMLElement;
  problem(): string | null;
}

let ids = 0;

interface Labelled {
  readonly label: string;
  readonly hint?: string | undefined;
}

export function selectField(
  { label, hint }: Labelled,
  options: readonly (readonly [value: string, text: string])[],
  missing: string,
): Field & { readonly control: HTMLSelectElement } {
  const control = h('select', {}, ...options.map(([value, text]) => h('option', { value }, text)));
  return { element: labelled(control, label, hint), control, problem: () => (control.value === '' ? missing : null) };
}

export function inputField(
  { label, hint }: Labelled,
  attributes: Readonly<Record<string, string | number | null>>,
  problem: (value: string) => string | null,
): Field & { readonly control: HTMLInputElement } {
  const control = h('input', { type: 'text', autocomplete: 'off', ...attributes });
  return { element: labelled(control, label, hint), control, problem: () => problem(control.value.trim()) };
}

export function checkField(label: string, missing: string | null): Field & { readonly control: HTMLInputElement } {
  const control = h('input', { type: 'checkbox' });
  return {
    element: h('label', { class: 'check' }, control, h('span', {}, label)),
    control,
    problem: () => (control.checked ? null : missing),
  };
}

export interface Choice {
  readonly value: string;
  readonly text: string;
  /** Drawn below the choice while it is taken. */
  readonly detail?: HTMLElement;
}

export function radioField(
  { label, hint }: Labelled,
  choices: readonly Choice[],
  chosen: string | null,
  missing: string | null,
): Field & { value(): string | null } {
  const name = `choice-${++ids}`;
  const radios = choices.map(({ value }) => h('input', { type: 'radio', name, value, checked: value === chosen }));
  const value = () => radios.find((each) => each.checked)?.value ?? null;
  const showDetails = () => {
    for (const { value: each, detail } of choices) if (detail) detail.hidden = each !== value();
  };
  showDetails();
  const element = h(
    'fieldset',
    { class: 'radios', onchange: showDetails },
    h('legend', {}, label),
    hint ? h('p', { class: 'hint' }, hint) : null,
  );
  choices.forEach(({ text, detail }, at) => {
    element.append(h('label', { class: 'check' }, radios[at], h('span', {}, text)));
    if (detail) element.append(detail);
  });
  const control = radios[0] ?? element;
  return { element, control, value, problem: () => (value() === null ? missing : null) };
}

function labelled(control: HTMLElement, label: string, hint: string | undefined): HTMLElement {
  control.id = `field-${++ids}`;
  const hintElement = hint ? h('p', { class: 'hint', id: `${control.id}-hint` }, hint) : null;
  if (hintElement) control.setAttribute('aria-describedby', hintElement.id);
  return h('div', { class: 'field' }, h('label', { for: control.id }, label), control, hintElement);
}
