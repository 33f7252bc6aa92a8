import { type Text, text } from '../../platform/language/text.ts';

type Refusal = (about: string) => Text;

/** Why something that the gateway has is not adopted, by the word that the API has for it. `about` is what it is said of. */
const refusals = {
  blocked: (ids) =>
    text(
      `${ids} is not settled here, and may be the same: it has to end first`,
      `${ids}이(가) 아직 확정되지 않았고 같은 거래일 수 있습니다. 먼저 확정되어야 합니다`,
    ),
  not_found_there: () => text('the gateway does not know the payment', 'PG사가 모르는 결제입니다'),
  not_told: (why) => text(`the gateway could not say: ${why}`, `PG사에서 확인하지 못했습니다: ${why}`),
  not_paid_there: (state) =>
    text(
      `by the gateway's look-up it is ${state}: there is nothing to adopt`,
      `PG사 조회로는 ${state} 상태라 반영할 것이 없습니다`,
    ),
  failed_here: () =>
    text(
      'the payment failed here: a person has to say whether the goods are delivered or the money is given back',
      '여기서는 실패한 결제입니다. 주문을 이행할지 환불할지 사람이 정해야 합니다',
    ),
  amount_differs: (amounts) =>
    text(`the amounts differ (${amounts}): nothing is adopted`, `금액이 달라 반영하지 않습니다(${amounts})`),
  contradiction: (tid) =>
    text(
      `our book has a cancellation that the gateway has not, or has with another amount (${tid})`,
      `PG사에 없거나 금액이 다른 취소가 우리 장부에 있습니다(${tid})`,
    ),
  balance_differs: (amounts) =>
    text(
      `what the gateway lists does not come to the balance that it tells (${amounts})`,
      `PG사가 알려준 취소 내역이 잔액과 맞지 않습니다(${amounts})`,
    ),
  lines_missing: (amount) =>
    text(
      `the gateway tells the balance only, ${amount} less than ours: compare with its settlement file (--file), which names the cancellations`,
      `PG사가 잔액만 알려줍니다(우리보다 ${amount} 적음). 취소가 적힌 정산 파일(--file)로 비교하세요`,
    ),
  lines_differ: (amounts) =>
    text(
      `the cancellations in the file do not come to what the gateway has given back (${amounts})`,
      `파일의 취소 금액이 PG사가 환불한 금액과 맞지 않습니다(${amounts})`,
    ),
  foreign_order: (order) =>
    text(
      `${order} is no order of this server's, or another gateway's`,
      `${order}은(는) 이 서버의 주문이 아니거나 다른 PG사의 주문입니다`,
    ),
  payment_line_missing: () =>
    text(
      'the payment itself is not here: adopt it first, with the day on which it was paid',
      '결제 자체가 여기에 없습니다. 결제된 날짜로 결제부터 반영하세요',
    ),
  merchant_uid_missing: () =>
    text(
      "the gateway does not know the shop's order number: name it (--orders)",
      '가맹점 주문번호는 PG사에 없습니다. 지정해 주세요(--orders)',
    ),
  pay_method_missing: () =>
    text(
      'the gateway does not say how it was paid: name it (--orders)',
      'PG사가 결제수단을 알려주지 않습니다. 지정해 주세요(--orders)',
    ),
  pay_method_differs: (methods) => text(`it was paid otherwise (${methods})`, `결제수단이 다릅니다(${methods})`),
  store_missing: () =>
    text(
      'the gateway does not know which sub-store it is of: name it (--orders)',
      '어느 하위상점의 결제인지 PG사는 모릅니다. 지정해 주세요(--orders)',
    ),
  store_unknown: (store) => text(`there is no store ${store}`, `${store} 상점이 없습니다`),
  currency_not_supported: (currency) =>
    text(`the gateway takes no payments in ${currency}`, `${currency}은(는) 이 PG사에서 쓰지 않는 통화입니다`),
  changed_meanwhile: () =>
    text(
      'our book has changed meanwhile: nothing was adopted, ask again',
      '그사이 장부가 바뀌어 반영하지 않았습니다. 다시 실행하세요',
    ),
} as const satisfies Readonly<Record<string, Refusal>>;

export type AdoptionRefusal = keyof typeof refusals;

export const adoptionRefusals = Object.keys(refusals) as readonly AdoptionRefusal[];

export function adoptionRefusalText(code: AdoptionRefusal, about: string): Text {
  return refusals[code](about);
}
