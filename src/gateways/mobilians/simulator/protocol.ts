import type { Book } from '../../../simulators/book.ts';
import type { SimulatorAnswer, SimulatorCaller, SimulatorRequest } from '../../../simulators/definition.ts';
import { merchantByMid } from '../../../simulators/merchants.ts';
import { jsonOf, textIn } from '../../../simulators/request-fields.ts';
import { explainSignature, type SignedInput, unknownMerchant } from '../../../simulators/signature-check.ts';
import { wrongHmac } from '../wire/errors.ts';
import { paths } from '../wire/paths.ts';
import { cancelHmac } from '../wire/signature.ts';
import { refusalAnswer } from './refusals.ts';

/** Who calls, by the service id, and whether the request's HMAC is theirs. */
export function authenticate(request: SimulatorRequest, book: Book): SimulatorCaller | SimulatorAnswer {
  const fields = jsonOf(request);
  const sid = textIn(fields, 'sid');
  const merchant = merchantByMid(book, sid);
  if (!merchant) return { ...refusalAnswer('SIM02'), why: unknownMerchant('sid', sid) };
  // An approval in the mode of keys is not signed.
  if (request.path === paths.approval) return merchant;
  const signed = ['sid', 'trade_id', 'pay_token', 'amount'];
  const inputs: readonly SignedInput[] = [
    { name: 'skey', value: merchant.credentials.skey ?? '', shown: 'secret' },
    ...signed.map((name) => ({ name, value: textIn(fields, name) })),
  ];
  const fits = ([skey = '', of = '', trade_id = '', pay_token = '', amount = '']: readonly string[], given: string) =>
    given === cancelHmac(skey, { sid: of, trade_id, pay_token, amount });
  const given = textIn(fields, 'hmac');
  const values = inputs.map(({ value }) => value);
  if (fits(values, given)) return merchant;
  return { ...refusalAnswer(wrongHmac), why: explainSignature(book, sid, { name: 'hmac', given, inputs, fits }) };
}
