import Type, { type Static, type TSchema } from 'typebox';
import { validatorOf } from '../../../platform/json/validator.ts';

/**
 * KCP's answers, read strictly: an answer that is not of this form says nothing certain. KCP answers HTTP 200 to refusals
 * too. Amounts come as text or as numbers. Sources: developer.kcp.co.kr (cancel, inquery), and clients of it in public
 * repositories for the fields that its pages leave out.
 */
const Nullish = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]));
const Amount = Type.Union([
  Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  Type.String({ pattern: '^[0-9]{1,12}$' }),
]);
const Text = Type.String();

const result = { res_cd: Type.String({ pattern: '^[0-9A-Za-z]{4}$' }), res_msg: Text };

const KcpResult = Type.Object(result);

const KcpCancelled = Type.Object({
  ...result,
  tno: Text,
  canc_time: Type.String({ pattern: '^[0-9]{14}$' }),
  mod_mny: Nullish(Amount),
  panc_mod_mny: Nullish(Amount),
  rem_mny: Nullish(Amount),
  mod_pcan_seq_no: Nullish(Type.String({ minLength: 1, maxLength: 40 })),
});
export type KcpCancelled = Static<typeof KcpCancelled>;

/** Of a payment by card number or batch key. */
const KcpApproved = Type.Object({
  ...result,
  tno: Type.String({ minLength: 1, maxLength: 40 }),
  order_no: Text,
  amount: Amount,
  app_time: Type.String({ pattern: '^[0-9]{14}$' }),
  app_no: Nullish(Text),
  card_cd: Nullish(Text),
  card_no: Nullish(Text),
});
export type KcpApproved = Static<typeof KcpApproved>;

const KcpTransaction = Type.Object({
  ...result,
  tno: Text,
  order_no: Nullish(Text),
  pay_method: Nullish(Text),
  amount: Amount,
  rem_mny: Nullish(Amount),
  bk_rem_mny: Nullish(Amount),
  hp_rem_mny: Nullish(Amount),
  stat_ca_cd: Nullish(Text),
  stat_bk_cd: Nullish(Text),
  stat_hp_cd: Nullish(Text),
  shop_status: Nullish(Text),
  app_time: Nullish(Text),
  hp_app_time: Nullish(Text),
  canc_time: Nullish(Text),
  app_no: Nullish(Text),
  card_cd: Nullish(Text),
  card_no: Nullish(Text),
  quota: Nullish(Text),
  bank_code: Nullish(Text),
});
export type KcpTransaction = Static<typeof KcpTransaction>;

const resultReader = validatorOf(KcpResult);
const approvedReader = validatorOf(KcpApproved);
const cancelledReader = validatorOf(KcpCancelled);
const transactionReader = validatorOf(KcpTransaction);

export function readResult(text: string): Static<typeof KcpResult> | undefined {
  const value = readJson(text);
  return resultReader.Check(value) ? value : undefined;
}

export function readCancelled(text: string): KcpCancelled | undefined {
  const value = readJson(text);
  return cancelledReader.Check(value) ? value : undefined;
}

export function readApproved(text: string): KcpApproved | undefined {
  const value = readJson(text);
  return approvedReader.Check(value) ? value : undefined;
}

export function readTransaction(text: string): KcpTransaction | undefined {
  const value = readJson(text);
  return transactionReader.Check(value) ? value : undefined;
}

export const succeeded = '0000';

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
