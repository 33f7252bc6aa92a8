import type { GatewayCall } from '../../../port/call.ts';
import type { Outcome } from '../../../port/outcome.ts';
import { postForm } from '../../../port/post.ts';
import { notOurs, readDecided } from '../../answers/decided-answer.ts';
import { type AlipayAnswer, readAnswer } from '../wire/answer.ts';
import { type AlipayService, charset, gatewayPath } from '../wire/protocol.ts';
import { type Fields, signOf } from '../wire/sign.ts';

/** What tells one request from another. */
const telling: readonly string[] = ['service', 'partner', 'out_trade_no', 'out_return_no'];

/**
 * Asks for one service. An answer that says that it was asked about something else is another request's. Its signature is not
 * looked at: over what it is made is in no source.
 */
export async function ask(
  call: GatewayCall,
  service: AlipayService,
  fields: Fields,
): Promise<
  { readonly answer: AlipayAnswer } | { readonly outcome: Extract<Outcome<never>, { kind: 'never_sent' | 'unclear' }> }
> {
  const { mid, credentials } = call.channel;
  const sent: Fields = { service, partner: mid, _input_charset: charset, ...fields };
  const sign = signOf(credentials.md5Key ?? '', sent);
  const path = `${gatewayPath}?_input_charset=${charset}`;
  const decided = readDecided(await postForm(call, path, { ...sent, sign, sign_type: 'MD5' }), readAnswer);
  if ('outcome' in decided) return decided;
  const isOthers = decided.answer.asked.some(([name, value]) => telling.includes(name) && sent[name] !== value);
  return isOthers ? { outcome: notOurs } : decided;
}
