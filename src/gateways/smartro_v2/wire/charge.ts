import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import { vatWithin } from '../../../platform/money/vat.ts';
import type { KeyCharge } from '../../../port/billing-key.ts';
import type { GatewayCall } from '../../../port/call.ts';
import { type TextRule, wireText } from '../../../port/texts.ts';
import { encryptData, verifyValue } from './encryption.ts';

/** Lengths of the manual's billing window; that of `GoodsName` is not public. Longer texts of a telephone make approvals fail. */
const rules = {
  goodsName: { max: 100, unit: 'utf8_bytes' },
  buyerName: { max: 30, unit: 'utf8_bytes' },
  buyerEmail: { max: 60, unit: 'utf8_bytes' },
} as const satisfies Record<string, TextRule>;
const telDigitsMax = 40;

/** `{Mid, EncData}`. The key is encrypted with all the rest, and stands in `VerifyValue` as it is. */
export function chargeBody(channel: GatewayCall['channel'], request: KeyCharge, now: Date): string {
  const { mid, credentials } = channel;
  const { billingKey, buyer, amountMinor, taxFreeMinor } = request;
  const amount = String(amountMinor);
  const vatMinor = request.vatMinor > 0n ? request.vatMinor : vatWithin(amountMinor, taxFreeMinor);
  const fields = {
    PayMethod: 'CARD',
    // Neither is known here. A public client sends these.
    MallIp: '127.0.0.1',
    UserIp: '127.0.0.1',
    Mid: mid,
    BillTokenKey: billingKey.key,
    Moid: request.orderId,
    EdiDate: seoulDigits(now),
    BuyerName: wireText(buyer.name ?? '', rules.buyerName),
    BuyerTel: (buyer.tel ?? '').replace(/\D/g, '').slice(0, telDigitsMax),
    BuyerEmail: wireText(buyer.email ?? '', rules.buyerEmail),
    CardQuota: String(request.installmentMonths).padStart(2, '0'),
    CardPoint: '0',
    GoodsCnt: '1',
    GoodsName: wireText(request.orderName, rules.goodsName) || request.orderId,
    Amt: amount,
    SvcAmt: '0',
    VatAmt: String(vatMinor),
    TaxAmt: String(amountMinor - taxFreeMinor - vatMinor),
    TaxFreeAmt: String(taxFreeMinor),
    MallUserId: billingKey.boundTo.mallUserId ?? '',
    VerifyValue: verifyValue(billingKey.key, mid, amount),
  };
  return JSON.stringify({ Mid: mid, EncData: encryptData(JSON.stringify(fields), credentials.merchantKey ?? '') });
}
