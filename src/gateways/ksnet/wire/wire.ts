import Type, { type Static } from 'typebox';
import { decodeEucKr, encodeEucKr } from '../../../platform/charset/euc-kr.ts';
import { validatorOf } from '../../../platform/json/validator.ts';
import { wireText } from '../../../port/texts.ts';

const Text = Type.Optional(Type.Union([Type.String(), Type.Null()]));

/** Every answer. Only the fields that are relied on are named; all of them are texts. */
const Envelope = Type.Object({
  aid: Text,
  code: Type.String({ minLength: 1 }),
  message: Text,
  data: Type.Optional(
    Type.Union([
      Type.Object({
        payload: Text,
        tid: Text,
        tradeDateTime: Text,
        totalAmount: Text,
        cancelAmount: Text,
        respCode: Text,
        respMessage: Text,
        approvalNumb: Text,
        issuerCardType: Text,
        issuerCardName: Text,
        purchaseCardType: Text,
        purchaseCardName: Text,
        cardType: Text,
        cardNumb: Text,
        billingToken: Text,
        installMonth: Text,
      }),
      Type.Null(),
    ]),
  ),
});
export type KsnetEnvelope = Static<typeof Envelope>;
const envelope = validatorOf(Envelope);

export function readEnvelope(text: string): KsnetEnvelope | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return envelope.Check(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A text as KSNET takes it: it comes as UTF-8, but must be one that EUC-KR has characters for (`?` for others). The
 * specification gives sizes without a unit; bytes of EUC-KR are the narrower reading.
 */
export function cleanText(text: string, bytesMax: number): string {
  return wireText(text, { max: bytesMax, unit: 'euckr_bytes' });
}

export function isEucKr(text: string): boolean {
  return decodeEucKr(encodeEucKr(text)) === text;
}

export function amountOf(text: string | null | undefined): bigint | undefined {
  return /^\d{1,12}$/.test(text ?? '') ? BigInt(text ?? '') : undefined;
}
