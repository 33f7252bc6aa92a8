import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import {
  type BookBillingKey,
  billingKeyOf,
  chargedCard,
  insertBillingKey,
  removeBillingKey,
} from '../../../simulators/billing-keys.ts';
import type { Book } from '../../../simulators/book.ts';
import type { SimulatorContext } from '../../../simulators/definition.ts';
import { insertPayment } from '../../../simulators/payments.ts';
import { problemOfCard, problemOfData } from '../../../simulators/test-cards.ts';
import { isNumberUsed, newTid, windowCard } from '../../nice/simulator/book.ts';
import { newBid, niceCardProblems, registeredCard } from '../../nice/simulator/keys.ts';
import { decryptCardData } from '../../nice/wire/card-data.ts';
import { ediDateOf } from '../wire/edi-date.ts';
import type { NiceV2ErrorCode } from '../wire/errors.ts';
import { signingOf } from './payments.ts';
import { type NiceV2Fields, NiceV2Refusal } from './protocol.ts';
import { paymentView } from './view.ts';

/** POST /v1/subscribe/regist */
export function issueKey(fields: NiceV2Fields, context: SimulatorContext): Record<string, unknown> {
  const { book, caller, now } = context;
  const orderId = fields.text('orderId', 64);
  const card = decryptCardData(fields.text('encData', 512), caller.credentials.secretKey ?? '');
  const number = card?.cardNo ?? '';
  const expiry = (card?.expYear ?? '') + (card?.expMonth ?? '');
  if (!card) throw new NiceV2Refusal('U125');
  if (!/^\d{15,16}$/.test(number)) throw new NiceV2Refusal('F112');
  if (!/^\d{2}(0[1-9]|1[0-2])$/.test(expiry) || expiry < seoulDigits(now).slice(2, 6)) throw new NiceV2Refusal('F118');
  const problem = problemOfData(number);
  if (problem) throw new NiceV2Refusal(niceCardProblems[problem]);
  const { key } = insertBillingKey(book, {
    key: newBid(caller.mid),
    mid: caller.mid,
    orderId,
    boundTo: '',
    card: registeredCard(number),
    issuedAt: now,
  });
  return {
    resultCode: '0000',
    resultMsg: '정상 처리되었습니다.',
    tid: newTid(book, caller.mid, 'card', now),
    orderId,
    bid: key,
    authDate: ediDateOf(now),
    cardCode: windowCard.niceCode,
    cardName: registeredCard(number).name,
  };
}

/** POST /v1/subscribe/{bid}/payments */
export function chargeKey(fields: NiceV2Fields, context: SimulatorContext): Record<string, unknown> {
  const { book, caller, now, request, url } = context;
  const orderId = fields.text('orderId', 64);
  const amountMinor = fields.amount('amount');
  const orderName = fields.text('goodsName', 40);
  const quota = fields.text('cardQuota', 2);
  const taxFreeMinor = fields.optionalAmount('taxFreeAmt') ?? 0n;
  if (!/^\d{1,2}$/.test(quota) || amountMinor === 0n) throw new NiceV2Refusal('U127');
  if (taxFreeMinor > amountMinor) throw new NiceV2Refusal('P036');
  const key = liveKey(book, caller.mid, request.params.bid ?? '', 'U115', 'A124');
  if (isNumberUsed(book, caller.mid, orderId)) throw new NiceV2Refusal('U112');
  const problem = problemOfCard(key.card.maskedNumber);
  if (problem) throw new NiceV2Refusal(niceCardProblems[problem]);
  const tid = newTid(book, caller.mid, 'card', now);
  const payment = insertPayment(book, {
    mid: caller.mid,
    tid,
    orderId,
    orderName,
    payMethod: 'card',
    amountMinor,
    taxFreeMinor,
    vatMinor: 0n,
    status: 'paid',
    requestedAt: now,
    receiptUrl: `${url}/issue/IssueLoader.do?TID=${tid}&type=0&innerWin=Y`,
    ...chargedCard(key, Number(quota)),
  });
  if (!payment) throw new NiceV2Refusal('U112');
  return paymentView(payment, signingOf(context));
}

/** POST /v1/subscribe/{bid}/expire */
export function revokeKey(
  fields: NiceV2Fields,
  { book, caller, now, request }: SimulatorContext,
): Record<string, unknown> {
  const orderId = fields.text('orderId', 64);
  const { key } = liveKey(book, caller.mid, request.params.bid ?? '', 'A126', 'A126');
  removeBillingKey(book, key, now);
  return {
    resultCode: '0000',
    resultMsg: '정상 처리되었습니다.',
    tid: newTid(book, caller.mid, 'card', now),
    orderId,
    bid: key,
    authDate: ediDateOf(now),
  };
}

function liveKey(
  book: Book,
  mid: string,
  bid: string,
  removed: NiceV2ErrorCode,
  unknown: NiceV2ErrorCode,
): BookBillingKey {
  const key = billingKeyOf(book, bid);
  if (!key) throw new NiceV2Refusal(unknown);
  if (key.mid !== mid) throw new NiceV2Refusal('A255');
  if (key.removedAt) throw new NiceV2Refusal(removed);
  return key;
}
