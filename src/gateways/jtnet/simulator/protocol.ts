import { timingSafeEqual } from 'node:crypto';
import type { Book } from '../../../simulators/book.ts';
import {
  jsonAnswer,
  type SimulatorAnswer,
  type SimulatorCaller,
  type SimulatorContext,
  SimulatorRefusal,
  type SimulatorRequest,
} from '../../../simulators/definition.ts';
import { merchantByMid } from '../../../simulators/merchants.ts';
import { attempt, formOf, type RequestFields, requestFields } from '../../../simulators/request-fields.ts';
import { unknownKey, unknownMerchant } from '../../../simulators/signature-check.ts';

/**
 * tPay publishes its codes of success only, and a client knows 2013. These codes and texts are the simulator's own; the adapter
 * reads the text.
 */
export const refusals = {
  2013: '취소 완료 거래입니다.',
  SIM01: '요청 파라미터가 올바르지 않습니다.',
  SIM02: '상점 키(api_key) 오류입니다.',
  SIM03: '취소 비밀번호 오류입니다.',
  SIM04: '거래가 존재하지 않습니다.',
  SIM06: '취소 요청 금액이 취소 가능 금액을 초과하였습니다.',
  SIM08: '부분취소로 요청하여야 하는 거래입니다. 취소 금액이 승인 금액과 다릅니다.',
  SIM22: '주문번호가 중복되었습니다.',
  SIM31: '카드번호가 올바르지 않습니다.',
  SIM32: '카드사에서 승인을 거절하였습니다.',
  SIM33: '카드 이용 한도를 넘었습니다.',
  SIM34: '지원하지 않는 카드사입니다.',
  SIM35: '할부 개월이 올바르지 않습니다.',
  SIM90: '일시적으로 처리할 수 없습니다.',
  SIM99: '서버 내부 오류가 발생하였습니다.',
} as const;
export type RefusalCode = keyof typeof refusals;

export function refusal(code: RefusalCode): SimulatorRefusal {
  return new SimulatorRefusal(String(code), refusals[code]);
}

export function refusalAnswer(code: string, message: string | null = null, status = 200): SimulatorAnswer {
  const known = Object.hasOwn(refusals, code) ? refusals[code as unknown as RefusalCode] : code;
  return jsonAnswer(status, { result_cd: code, result_msg: message ?? known });
}

/** The merchant's key in the body is all that tPay knows a caller by. */
export function authenticate(request: SimulatorRequest, book: Book): SimulatorCaller | SimulatorAnswer {
  const { mid = '', api_key = '' } = formOf(request);
  const merchant = merchantByMid(book, mid);
  if (!merchant) return { ...refusalAnswer('SIM02'), why: unknownMerchant('mid', mid) };
  const [given, expected] = [api_key, merchant.credentials.apiKey ?? ''].map((text) => Buffer.from(text));
  const isSame = given?.length === expected?.length && timingSafeEqual(given ?? Buffer.of(), expected ?? Buffer.of());
  return isSame ? merchant : { ...refusalAnswer('SIM02'), why: unknownKey(book, 'apiKey', 'api_key', api_key) };
}

export function tpayOperation(
  work: (context: SimulatorContext, fields: RequestFields) => Readonly<Record<string, string>>,
): (context: SimulatorContext) => SimulatorAnswer {
  return (context) =>
    attempt(
      context,
      () =>
        jsonAnswer(
          200,
          work(
            context,
            requestFields(formOf(context.request), () => refusal('SIM01')),
          ),
        ),
      ({ code, message }) => refusalAnswer(code, message),
    );
}
