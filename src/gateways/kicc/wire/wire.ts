import Type, { type Static, type TSchema } from 'typebox';
import { validatorOf } from '../../../platform/json/validator.ts';

/**
 * KICC's answers, read strictly: an answer that is not of this form says nothing certain. Amounts come as text or as
 * numbers. KICC answers with a code only under HTTP 200. Source: docs.kicc.co.kr, whose tables leave out some fields of its
 * own examples (`cancelAmount`); those are compared where they are there.
 */
const Nullish = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]));
const Amount = Type.Union([
  Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  Type.String({ pattern: '^[0-9]{1,12}$' }),
]);
const Text = Type.String();

const KiccAnswerMessage = Type.Object({
  resCd: Type.String({ minLength: 4, maxLength: 4 }),
  resMsg: Text,
  mallId: Nullish(Text),
  shopTransactionId: Nullish(Text),
  shopOrderNo: Nullish(Text),
  oriPgCno: Nullish(Text),
  cancelPgCno: Nullish(Text),
  cancelAmount: Nullish(Amount),
  transactionDate: Nullish(Text),
  statusCode: Nullish(Text),
  statusMessage: Nullish(Text),
  // Of a payment in the window or by a key, and of what the status query tells of one:
  msgAuthValue: Nullish(Text),
  paymentInfo: Nullish(
    Type.Object({
      approvalNo: Nullish(Text),
      cardInfo: Nullish(
        Type.Object({
          cardNo: Nullish(Text),
          issuerCode: Nullish(Text),
          issuerName: Nullish(Text),
          acquirerCode: Nullish(Text),
          acquirerName: Nullish(Text),
          installmentMonth: Nullish(Type.Union([Type.Integer(), Text])),
          cardGubun: Nullish(Text),
        }),
      ),
      bankInfo: Nullish(Type.Object({ bankCode: Nullish(Text), bankName: Nullish(Text) })),
      virtualAccountInfo: Nullish(
        Type.Object({
          bankCode: Nullish(Text),
          accountNo: Nullish(Type.String({ pattern: '^[0-9A-Za-z-]{0,30}$' })),
          depositName: Nullish(Text),
          expiryDate: Nullish(Type.String({ pattern: '^([0-9]{8}|[0-9]{14})?$' })),
        }),
      ),
    }),
  ),
  // Of the issue of a cash receipt, and of a payment:
  pgCno: Nullish(Text),
  amount: Nullish(Amount),
  approvalNo: Nullish(Text),
});
export type KiccAnswer = Static<typeof KiccAnswerMessage>;

const answer = validatorOf(KiccAnswerMessage);

export function readAnswer(text: string): KiccAnswer | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return answer.Check(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export const succeeded = '0000';
