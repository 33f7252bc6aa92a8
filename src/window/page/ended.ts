import { h, pairs } from '../element.ts';
import type { CheckoutWindow, Ended } from '../protocol.ts';
import type { Text } from './text.ts';

/** An account that the buyer has to read before they go. */
export function hasAccount({ result }: Ended): boolean {
  return result.success && typeof result.vbank_num === 'string' && result.vbank_num !== '';
}

export function endedTitle({ kind, order }: CheckoutWindow, ended: Ended, { words: w }: Text): string {
  const { success } = ended.result;
  if (kind === 'certification') return success ? w.certified : w.notCertified;
  if (hasAccount(ended)) return w.issued;
  if (order.is_key) return success ? w.registered : w.notRegistered;
  return success ? w.paid : w.notPaid;
}

export function endedView(
  { order }: CheckoutWindow,
  ended: Ended,
  text: Text,
  announce: (sentence: string) => void,
): readonly HTMLElement[] {
  const { words: w } = text;
  const { result } = ended;
  if (hasAccount(ended)) {
    const number = String(result.vbank_num);
    const account = h('output', { class: 'account' }, number);
    const copy = h(
      'button',
      {
        type: 'button',
        class: 'quiet',
        onclick: () => copyText(account, number).then((isCopied) => announce(isCopied ? w.copied : w.notCopied)),
      },
      w.copy,
    );
    return [
      h('p', {}, w.depositBy),
      pairs(
        'facts',
        [w.bank, String(result.vbank_name ?? '')],
        [w.account, h('span', { class: 'with-button' }, account, copy)],
        [w.holder, String(result.vbank_holder ?? '')],
        [w.depositAmount, text.money(order.amount, order.currency)],
        [w.due, typeof result.vbank_date === 'number' ? text.time(result.vbank_date) : null],
      ),
    ];
  }
  if (result.success) return [];
  return [h('p', {}, result.error_msg ?? ''), pairs('facts', [w.code, result.error_code ?? null])];
}

/** False where a browser lets no page do it; the number is then selected. */
async function copyText(shown: HTMLElement, text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection()?.selectAllChildren(shown);
    try {
      return document.execCommand('copy');
    } catch {
      return false;
    }
  }
}
