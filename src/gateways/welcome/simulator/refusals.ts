import { jsonAnswer, type SimulatorAnswer, SimulatorRefusal } from '../../../simulators/definition.ts';

/**
 * Welcome publishes its code of success only. These codes and texts are the simulator's own, except that a public client
 * takes `01` for a payment that was cancelled before; nothing in the adapter knows them, it reads the text.
 */
export const welcomeRefusals = {
  '01': '이미 취소된 거래입니다.',
  SIM01: '요청 파라미터가 올바르지 않습니다.',
  SIM02: 'signature 검증에 실패하였습니다.',
  SIM04: '거래가 존재하지 않습니다.',
  SIM06: '취소 요청 금액이 취소 가능 금액을 초과하였습니다.',
  SIM07: '부분취소를 할 수 없는 거래입니다.',
  SIM08: '전체 취소 금액이 승인 금액과 다릅니다.',
  SIM09: '취소 후 남은 금액(confirmPrice)이 맞지 않습니다.',
  SIM10: '입금된 가상계좌는 취소할 수 없습니다.',
  SIM11: '부가세, 비과세 금액이 올바르지 않습니다.',
  SIM12: '입금 기한이 지난 가상계좌입니다.',
  SIM13: '취소 가능 기간이 지났습니다.',
  SIM14: '남은 금액은 부분 취소 API로 취소하여야 합니다.',
  SIM15: '결제수단이 거래와 다릅니다.',
  SIM21: '지원하지 않는 결제수단입니다.',
  SIM22: '주문번호가 중복되었습니다.',
  SIM23: '지원하지 않는 은행입니다.',
  SIM24: '현금영수증은 자진발급만 지원합니다.',
  SIM25: '지원하지 않는 카드사입니다.',
  SIM26: '할부 개월이 올바르지 않습니다.',
  SIM31: '카드번호가 올바르지 않습니다.',
  SIM32: '카드사에서 승인을 거절하였습니다.',
  SIM33: '카드 이용 한도를 넘었습니다.',
  SIM34: '카드 유효기간이 올바르지 않습니다.',
  SIM35: '생년월일 또는 사업자번호가 올바르지 않습니다.',
  SIM36: '카드 비밀번호가 올바르지 않습니다.',
  SIM37: '존재하지 않는 빌키입니다.',
  SIM90: '일시적으로 처리할 수 없습니다.',
  SIM99: '서버 내부 오류가 발생하였습니다.',
} as const;
export type WelcomeRefusalCode = keyof typeof welcomeRefusals;

export function welcomeRefusal(code: WelcomeRefusalCode): SimulatorRefusal {
  return new SimulatorRefusal(code, welcomeRefusals[code]);
}

/** What Welcome has decided comes with HTTP 200. */
export function refusalAnswer(code: string, message: string, status = 200): SimulatorAnswer {
  return jsonAnswer(status, { ResultCode: code, ResultMsg: message });
}

/** For the fault `reject`: the code and text that were asked for, or the usual ones. */
export function namedRefusal(code: string | null, message: string | null): SimulatorAnswer {
  const named = code ?? 'SIM90';
  const known = Object.hasOwn(welcomeRefusals, named) ? welcomeRefusals[named as WelcomeRefusalCode] : named;
  return refusalAnswer(named, message ?? known);
}
