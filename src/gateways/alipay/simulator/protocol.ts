import type { Book } from '../../../simulators/book.ts';
import {
  type SimulatorAnswer,
  type SimulatorCaller,
  type SimulatorContext,
  SimulatorRefusal,
  type SimulatorRequest,
} from '../../../simulators/definition.ts';
import { merchantByMid } from '../../../simulators/merchants.ts';
import { attempt, formOf } from '../../../simulators/request-fields.ts';
import { explainSignature, type SignedInput, unknownMerchant } from '../../../simulators/signature-check.ts';
import type { AlipayError } from '../wire/errors.ts';
import { charset } from '../wire/protocol.ts';
import { type Fields, signOf } from '../wire/sign.ts';

/** Words of the simulator's own, where Alipay's are not public. */
export type OwnCode = 'SIMULATED_TOO_SOON' | 'SIMULATED_REFUSAL';

export function refusal(code: AlipayError | OwnCode): SimulatorRefusal {
  return new SimulatorRefusal(code, code);
}

export function refusalAnswer(code: string): SimulatorAnswer {
  return xmlAnswer(`<is_success>F</is_success><error>${escaped(code)}</error>`, code);
}

/** What a service tells, and the element that it is in; `null`: that the request was taken, and nothing else. */
export type Told = { readonly element: 'trade' | 'alipay'; readonly fields: Fields } | null;

/** The signature of an answer is as public clients' recorded answers show its place; over what it is made is inferred. */
function takenAnswer(form: Fields, key: string, told: Told): SimulatorAnswer {
  const success = '<is_success>T</is_success>';
  if (!told) return xmlAnswer(success, 'T');
  const { element, fields } = told;
  const asked = Object.entries(form).filter(([name]) => name !== 'sign' && name !== 'sign_type');
  const params = asked.map(([name, value]) => `<param name="${escaped(name)}">${escaped(value)}</param>`);
  const record = Object.entries(fields).map(([name, value]) => `<${name}>${escaped(value)}</${name}>`);
  return xmlAnswer(
    `${success}<request>${params.join('')}</request><response><${element}>${record.join('')}</${element}></response>` +
      `<sign>${signOf(key, fields)}</sign><sign_type>MD5</sign_type>`,
    fields.response_code ?? 'T',
  );
}

function xmlAnswer(inner: string, result: string): SimulatorAnswer {
  return {
    status: 200,
    headers: { 'content-type': 'text/xml;charset=utf-8' },
    body: `<?xml version="1.0" encoding="utf-8"?>\n<alipay>${inner}</alipay>`,
    result,
  };
}

/** What XML can't carry at all goes out as a space. */
function escaped(text: string): string {
  const names: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
  return text.replace(/\p{Cc}/gu, ' ').replace(/[&<>"]/g, (character) => names[character] ?? '');
}

/** The charset stands in the address, and everything that is sent is signed. */
export function authenticate(request: SimulatorRequest, book: Book): SimulatorCaller | SimulatorAnswer {
  const form = formOf(request);
  const { partner = '', sign = '', sign_type = '' } = form;
  const merchant = merchantByMid(book, partner);
  if (!merchant) return { ...refusalAnswer('ILLEGAL_PARTNER'), why: unknownMerchant('partner', partner) };
  if (request.query.get('_input_charset')?.toUpperCase() !== charset) {
    return { ...refusalAnswer('ILLEGAL_CHARSET'), why: '_input_charset=UTF-8 is missing in the address' };
  }
  if (sign_type !== 'MD5') return { ...refusalAnswer('ILLEGAL_SIGN_TYPE'), why: 'sign_type is not MD5' };
  const key = merchant.credentials.md5Key ?? '';
  if (sign === signOf(key, form)) return merchant;
  const names = Object.keys(form).filter((name) => name !== 'sign' && name !== 'sign_type');
  const inputs: readonly SignedInput[] = [
    ...names.sort().map((name) => ({ name, value: form[name] ?? '' })),
    { name: 'md5Key', value: key, shown: 'secret' },
  ];
  const fits = (values: readonly string[], given: string) =>
    given === signOf(values.at(-1) ?? '', Object.fromEntries(names.map((name, at) => [name, values[at] ?? ''])));
  return {
    ...refusalAnswer('ILLEGAL_SIGN'),
    why: explainSignature(book, partner, { name: 'sign', given: sign, inputs, fits }),
  };
}

export function alipayOperation(
  work: (context: SimulatorContext, form: Fields) => Told,
): (context: SimulatorContext) => SimulatorAnswer {
  return (context) => {
    const form = formOf(context.request);
    return attempt(
      context,
      () => takenAnswer(form, context.caller.credentials.md5Key ?? '', work(context, form)),
      ({ code }) => refusalAnswer(code),
    );
  };
}
