import { h } from '../element.ts';

export interface Choice {
  readonly value: string;
  readonly name: string;
}

export function select(id: string, choices: readonly Choice[]): HTMLSelectElement {
  const made = h('select', { id, name: id });
  setChoices(made, choices);
  return made;
}

/** Keeps what was chosen, where it is still there. */
export function setChoices(element: HTMLSelectElement, choices: readonly Choice[]): void {
  const before = element.value;
  element.textContent = '';
  for (const { value, name } of choices) element.append(h('option', { value }, name));
  if (choices.some(({ value }) => value === before)) element.value = before;
}

export function input(
  id: string,
  value: string,
  more: Readonly<Record<string, string | number>> = {},
): HTMLInputElement {
  return h('input', { id, name: id, value, autocomplete: 'off', ...more });
}

export function labelled(text: string, control: HTMLElement, className = ''): HTMLDivElement {
  return h('div', { class: `field ${className}`.trim() }, h('label', { for: control.id }, text), control);
}

export function button(text: string, className: string, onclick: () => void): HTMLButtonElement {
  return h('button', { type: 'button', class: className, onclick }, text);
}

/** A value as it was answered. */
export function jsonView(name: string, value: unknown): HTMLPreElement {
  return h('pre', { class: 'json', tabindex: 0, role: 'group', 'aria-label': name }, JSON.stringify(value, null, 2));
}
