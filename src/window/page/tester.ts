import { h } from '../element.ts';
import type { CheckoutWindow, Tester } from '../protocol.ts';
import { inputField, radioField, selectField } from './fields.ts';
import type { Text } from './text.ts';

export interface TesterDrawer {
  readonly element: HTMLElement;
  /** What is to go wrong, if anything is. */
  chosen(): Tester | undefined;
}

const ownCode = '';

/** What a sandbox's window has and no real one: how this approval ends. */
export function testerDrawer({ tester, order }: CheckoutWindow, { words: w }: Text, onLeave: () => void): TesterDrawer {
  const anything = () => null;
  const codes = selectField(
    { label: w.declineCode },
    [...tester.decline_codes.map(({ code, message }) => [code, `${code} ${message}`] as const), [ownCode, w.ownCode]],
    '',
  );
  const code = inputField({ label: w.ownCodeLabel }, { maxlength: 40 }, anything);
  const message = inputField({ label: w.ownMessage }, { maxlength: 200 }, anything);
  const own = h('div', { class: 'detail' }, code.element, message.element);
  const showOwn = () => {
    own.hidden = codes.control.value !== ownCode;
  };
  codes.control.onchange = showOwn;
  showOwn();
  const seconds = inputField({ label: w.seconds }, { type: 'number', min: 1, max: 120, value: 5 }, anything);
  const amount = inputField(
    { label: w.otherAmountLabel },
    { type: 'number', min: 0, step: 'any', value: order.amount },
    anything,
  );

  const outcome = radioField(
    { label: w.outcome },
    [
      { value: 'approve', text: w.approve },
      { value: 'decline', text: w.decline, detail: h('div', { class: 'detail' }, codes.element, own) },
      { value: 'lose_answer', text: w.loseAnswer },
      { value: 'approve_late', text: w.approveLate, detail: h('div', { class: 'detail' }, seconds.element) },
      ...(order.pays
        ? [{ value: 'other_amount', text: w.otherAmount, detail: h('div', { class: 'detail' }, amount.element) }]
        : []),
    ],
    'approve',
    null,
  );

  return {
    element: h(
      'details',
      { class: 'tester' },
      h('summary', {}, `${w.tester} (${w.sandbox})`),
      h('p', { class: 'hint' }, w.testerMeaning),
      outcome.element,
      h('button', { type: 'button', class: 'quiet', onclick: onLeave }, w.leaveNow),
    ),
    chosen() {
      switch (outcome.value()) {
        case 'decline':
          return codes.control.value === ownCode
            ? { do: 'decline', ...given('code', code.control.value), ...given('message', message.control.value) }
            : { do: 'decline', code: codes.control.value };
        case 'lose_answer':
          return { do: 'lose_answer' };
        case 'approve_late':
          return { do: 'approve_late', seconds: Number(seconds.control.value) };
        case 'other_amount':
          return { do: 'other_amount', amount: Number(amount.control.value) };
        default:
          return undefined;
      }
    },
  };
}

function given<Name extends string>(name: Name, value: string): { readonly [name in Name]?: string } {
  return (value.trim() === '' ? {} : { [name]: value.trim() }) as { readonly [name in Name]?: string };
}
