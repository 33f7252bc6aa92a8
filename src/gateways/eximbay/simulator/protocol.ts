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
import { succeeded } from '../wire/codes.ts';
import { type Fields, fgkeyOf, isSigned } from '../wire/fgkey.ts';

/** Eximbay publishes no list of codes. These and their texts are the simulator's own; the adapter reads the text. */
export const refusals = {
  SIM01: '요청 파라미터가 올바르지 않습니다.',
  SIM02: 'fgkey 검증에 실패하였습니다.',
  SIM03: '상점 아이디(mid)가 존재하지 않습니다.',
  SIM04: '거래가 존재하지 않습니다.',
  SIM05: '이미 취소된 거래입니다.',
  SIM06: '취소 요청 금액이 취소 가능 금액을 초과하였습니다.',
  SIM07: '취소 가능 잔액이 일치하지 않습니다.',
  SIM08: 'refundid가 이미 사용되었습니다.',
  SIM09: '승인 금액 또는 통화가 거래와 다릅니다.',
  SIM90: '일시적으로 처리할 수 없습니다.',
  SIM99: '서버 내부 오류가 발생하였습니다.',
} as const;
export type RefusalCode = keyof typeof refusals;

export function refusal(code: RefusalCode): SimulatorRefusal {
  return new SimulatorRefusal(code, refusals[code]);
}

export function answerOf(fields: Fields, status = 200): SimulatorAnswer {
  return {
    status,
    headers: { 'content-type': 'text/html; charset=UTF-8' },
    body: new URLSearchParams(fields).toString(),
    result: fields.rescode ?? '',
  };
}

export function refusalAnswer(code: string, message: string | null = null, status = 200): SimulatorAnswer {
  const known = Object.hasOwn(refusals, code) ? refusals[code as RefusalCode] : code;
  return answerOf({ rescode: code, resmsg: message ?? known }, status);
}

/** The fgkey is over everything that was sent, under the names in their order. */
export function authenticate(request: SimulatorRequest, book: Book): SimulatorCaller | SimulatorAnswer {
  const form = formOf(request);
  const { mid = '', fgkey = '' } = form;
  const merchant = merchantByMid(book, mid);
  if (!merchant) return { ...refusalAnswer('SIM03'), why: unknownMerchant('mid', mid) };
  const secret = merchant.credentials.secretKey ?? '';
  if (isSigned(secret, form)) return merchant;
  const names = Object.keys(form).filter((name) => name !== 'fgkey');
  const inputs: readonly SignedInput[] = [
    { name: 'secretKey', value: secret, shown: 'secret' },
    ...names.sort().map((name) => ({ name, value: form[name] ?? '' })),
  ];
  const fits = ([key = '', ...values]: readonly string[], given: string) =>
    given.toLowerCase() === fgkeyOf(key, Object.fromEntries(names.map((name, at) => [name, values[at] ?? ''])));
  const check = { name: 'fgkey', given: fgkey, inputs, fits };
  return { ...refusalAnswer('SIM02'), why: explainSignature(book, mid, check) };
}

/** An answer carries what was asked about, and an fgkey in capitals over all of it. */
export function signed({ credentials }: SimulatorCaller, fields: Fields): Fields {
  return { ...fields, fgkey: fgkeyOf(credentials.secretKey ?? '', fields).toUpperCase() };
}

export function eximbayOperation(
  work: (context: SimulatorContext, form: Fields) => Fields,
): (context: SimulatorContext) => SimulatorAnswer {
  return (context) => {
    const { ver = '', mid = '', ref = '', cur = '', amt = '', transid = '', txntype = '' } = formOf(context.request);
    const about = { ver, mid, ref, cur, amt, transid, txntype };
    return attempt(
      context,
      () => {
        const done = work(context, formOf(context.request));
        return answerOf(signed(context.caller, { ...about, rescode: succeeded, resmsg: 'Success.', ...done }));
      },
      ({ code, message }) => answerOf(signed(context.caller, { ...about, rescode: code, resmsg: message })),
    );
  };
}
