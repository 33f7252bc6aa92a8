import type { DoubtAnswer, DoubtSummaryAnswer } from '../../api/views/doubt.ts';
import { showAmount } from '../../platform/language/show.ts';
import { type Text, text } from '../../platform/language/text.ts';

type Kind = DoubtSummaryAnswer['kind'];

/** What a doubt of a kind means to whoever looks after it. */
interface Meaning {
  /** What stands still until it is settled. */
  readonly meanwhile: (amount: string) => Text;
  /** What becomes of it when a person says that it was, or was not, carried out. */
  readonly confirmed: (amount: string) => Text;
  readonly refused: (amount: string) => Text;
}

const nothingElse = text('nothing else can be done with the payment', '이 결제에 다른 작업을 할 수 없습니다');

/** A card has been charged, or not. */
const charged: Meaning = {
  meanwhile: (amount) =>
    text(
      `the card may have been charged ${amount}; the order can not be paid again`,
      `카드에서 ${amount}이(가) 결제되었을 수 있습니다. 같은 주문번호로 다시 결제할 수 없습니다`,
    ),
  confirmed: (amount) => text(`${amount} count as paid`, `${amount}이(가) 결제된 것으로 처리됩니다`),
  refused: () =>
    text(
      'the payment has failed, and the order can be paid again',
      '결제 실패로 처리되고 같은 주문번호로 다시 결제할 수 있습니다',
    ),
};

const meanings: Readonly<Record<Kind, Meaning>> = Object.freeze({
  approve: charged,
  approve_window: charged,
  charge_key: charged,
  issue_key: {
    meanwhile: () => text('nothing else can be done with the key', '이 빌링키에 다른 작업을 할 수 없습니다'),
    confirmed: () => text('the card counts as registered', '카드가 등록된 것으로 처리됩니다'),
    refused: () =>
      text(
        'the card was not registered; it can be registered again',
        '등록되지 않은 것으로 처리되고 다시 등록할 수 있습니다',
      ),
  },
  revoke_key: {
    meanwhile: () => text('nothing else can be done with the key', '이 빌링키에 다른 작업을 할 수 없습니다'),
    confirmed: () => text('the key counts as deleted', '빌링키가 삭제된 것으로 처리됩니다'),
    refused: () => text('the key stays, and can be deleted again', '빌링키가 그대로 남고 다시 삭제할 수 있습니다'),
  },
  pay_from_wallet: {
    meanwhile: (amount) =>
      text(
        `the buyer's wallet may have paid ${amount}; the order can not be paid again`,
        `구매자의 포인트나 충전금에서 ${amount}이(가) 결제되었을 수 있습니다. 같은 주문번호로 다시 결제할 수 없습니다`,
      ),
    confirmed: (amount) => text(`${amount} count as paid`, `${amount}이(가) 결제된 것으로 처리됩니다`),
    refused: () =>
      text(
        'the payment has failed, and the order can be paid again',
        '결제 실패로 처리되고 같은 주문번호로 다시 결제할 수 있습니다',
      ),
  },
  issue_vbank: {
    meanwhile: () => nothingElse,
    confirmed: () =>
      text(
        'the account counts as issued, and waits for its deposit',
        '가상계좌가 발급된 것으로 처리되어 입금을 기다립니다',
      ),
    refused: () =>
      text('no account was issued: the payment has failed', '발급되지 않은 것으로 처리되고 결제는 실패가 됩니다'),
  },
  issue_barcode: {
    meanwhile: () => nothingElse,
    confirmed: () =>
      text('the barcode counts as issued, and waits to be paid', '수납번호가 발급된 것으로 처리되어 수납을 기다립니다'),
    refused: () =>
      text('no barcode was issued: the payment has failed', '발급되지 않은 것으로 처리되고 결제는 실패가 됩니다'),
  },
  issue_receipt: {
    meanwhile: () => nothingElse,
    confirmed: (amount) =>
      text(`the cash receipt over ${amount} counts as issued`, `${amount}의 현금영수증이 발급된 것으로 처리됩니다`),
    refused: () =>
      text(
        'no cash receipt was issued; it can be asked for again',
        '발급되지 않은 것으로 처리되고 다시 발급할 수 있습니다',
      ),
  },
  register_shipping: {
    meanwhile: () => nothingElse,
    confirmed: () => text('the shipping counts as registered', '배송정보가 등록된 것으로 처리됩니다'),
    refused: () =>
      text(
        'no shipping was registered; it can be registered again',
        '등록되지 않은 것으로 처리되고 다시 등록할 수 있습니다',
      ),
  },
  cancel: {
    meanwhile: (amount) =>
      text(
        `${amount} stay reserved: they neither count as given back nor can be given back again`,
        `${amount}이(가) 묶여 있습니다. 환불된 것도 아니고 다시 환불할 수도 없습니다`,
      ),
    confirmed: (amount) => text(`${amount} count as given back`, `${amount}이(가) 환불된 것으로 처리됩니다`),
    refused: (amount) =>
      text(
        `${amount} count as not given back, and can be cancelled again`,
        `${amount}이(가) 환불되지 않은 것으로 처리되고 다시 취소할 수 있습니다`,
      ),
  },
  revoke_vbank: {
    meanwhile: () => nothingElse,
    confirmed: () =>
      text(
        'the account counts as revoked: the payment has failed',
        '가상계좌가 말소된 것으로 처리되고 결제는 실패가 됩니다',
      ),
    refused: () => text('the account still waits for its deposit', '가상계좌가 계속 입금을 기다립니다'),
  },
  revoke_barcode: {
    meanwhile: () => nothingElse,
    confirmed: () =>
      text(
        'the barcode counts as revoked: the payment has failed',
        '수납번호가 말소된 것으로 처리되고 결제는 실패가 됩니다',
      ),
    refused: () => text('the barcode still waits to be paid', '수납번호가 계속 수납을 기다립니다'),
  },
  revoke_receipt: {
    meanwhile: () => nothingElse,
    confirmed: (amount) =>
      text(`${amount} count as taken off the cash receipt`, `현금영수증에서 ${amount}이(가) 취소된 것으로 처리됩니다`),
    refused: () =>
      text(
        'the cash receipt stays as it is, and can be revoked again',
        '현금영수증이 그대로 남고 다시 취소할 수 있습니다',
      ),
  },
});

export function meanwhileOf({ kind, amount, currency }: DoubtSummaryAnswer): Text {
  return meanings[kind].meanwhile(showAmount(amount, currency));
}

export function consequenceOf({ kind, amount, currency }: DoubtAnswer, outcome: 'confirmed' | 'refused'): Text {
  return meanings[kind][outcome](showAmount(amount, currency));
}

type FoundName = DoubtAnswer['found_at_gateway'][number]['name'];

/** What a person may find of it at the gateway. */
export const foundNames: Readonly<Record<FoundName, Text>> = Object.freeze({
  pg_tid: text('its id at the gateway (pg_tid)', 'PG사의 거래번호(pg_tid)'),
  apply_num: text('its approval number (apply_num)', '승인번호(apply_num)'),
  vbank_num: text('the number of the account (vbank_num)', '가상계좌번호(vbank_num)'),
  barcode: text('the number of the barcode (barcode)', '수납번호(barcode)'),
});
