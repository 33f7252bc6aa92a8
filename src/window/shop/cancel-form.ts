import { h } from '../element.ts';
import { button, input, labelled, select } from './controls.ts';
import { balanceOf } from './payment-view.ts';
import type { MethodCapabilities, Payment } from './shop-api.ts';
import type { Words } from './words.ts';

export interface CancelForm {
  readonly element: HTMLElement;
  /** What is asked for: a part, or without an amount all that is left. */
  read(part: boolean): Readonly<Record<string, string>>;
}

export function cancelForm(
  payment: Payment,
  limits: MethodCapabilities | undefined,
  words: Words,
  onCancel: (part: boolean) => void,
  onChange: () => void,
): CancelForm {
  const balance = balanceOf(payment);
  const takesPart = limits?.partial_cancel ?? true;
  const amount = input('cancel-amount', String(firstPart(balance)), { inputmode: 'decimal' });
  const account = limits?.refund_account ?? 'none';
  const holder = input('refund-holder', words.holderDefault, { maxlength: 16 });
  const bank = select(
    'refund-bank',
    Object.keys(words.banks).map((value) => ({ value, name: words.banks[value] ?? value })),
  );
  const number = input('refund-account', '110-123-456789', { inputmode: 'numeric' });
  const telephone = input('refund-tel', '010-1234-5678', { inputmode: 'tel' });
  const wantsAccount = account === 'required' || account === 'required_with_tel';
  const element = h(
    'form',
    { class: 'cancel', novalidate: '' },
    takesPart ? labelled(words.cancelAmount, amount) : h('p', { class: 'hint' }, words.fullOnly),
    wantsAccount &&
      h(
        'fieldset',
        {},
        h('legend', {}, words.refundTo),
        labelled(words.holder, holder),
        labelled(words.bank, bank),
        labelled(words.accountNumber, number),
        account === 'required_with_tel' && labelled(words.tel, telephone),
      ),
    h(
      'div',
      { class: 'buttons' },
      takesPart && button(words.cancelPart, 'secondary', () => onCancel(true)),
      button(words.cancelRest, 'secondary', () => onCancel(false)),
    ),
  );
  element.onsubmit = (event) => {
    event.preventDefault();
    if (takesPart) onCancel(true);
  };
  element.oninput = onChange;
  return {
    element,
    read: (part) => ({
      ...(part && takesPart ? { amount: amount.value.replace(/[,\s]/g, '') } : {}),
      checksum: String(balance),
      reason: words.cancelReason,
      ...(wantsAccount ? { refund_holder: holder.value, refund_bank: bank.value, refund_account: number.value } : {}),
      ...(account === 'required_with_tel' ? { refund_tel: telephone.value } : {}),
    }),
  };
}

/** About a third, in steps that fit the size of it. */
function firstPart(balance: number): number {
  if (balance < 10) return Math.round((balance / 3) * 100) / 100 || balance;
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(balance)) - 1);
  return Math.max(unit, Math.round(balance / 3 / unit) * unit);
}
