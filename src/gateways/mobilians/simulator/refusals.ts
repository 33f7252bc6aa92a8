import { jsonAnswer, type SimulatorAnswer, SimulatorRefusal } from '../../../simulators/definition.ts';
import { phoneErrors, wrongHmac } from '../wire/errors.ts';

/**
 * Mobilians publishes the codes of phone payments, and that of a wrong HMAC. The others are the simulator's own; nothing in the
 * adapter knows them, it reads the text.
 */
export const simulatedRefusals = {
  SIM01: '요청 파라미터가 올바르지 않습니다.',
  SIM02: '등록되지 않은 가맹점(sid)입니다. 상점 ID가 존재하지 않습니다.',
  SIM03: '거래가 존재하지 않습니다.',
  SIM04: '이미 취소된 거래입니다.',
  SIM05: '취소 요청 금액이 취소 가능 금액을 초과하였습니다.',
  SIM06: '남은 금액은 부분취소로 요청하여야 합니다.',
  SIM07: '면세, 과세, 부가세 금액이 올바르지 않습니다.',
  SIM08: '입금되지 않은 가상계좌입니다.',
  SIM09: '환불 계좌번호를 확인하여 주십시오.',
  SIM10: '휴대폰 자동결제 키는 첫 결제와 함께만 발급됩니다.',
  SIM11: '존재하지 않는 빌링키입니다.',
  SIM12: '자동결제는 매월 같은 날(±5일), 같은 금액으로만 가능합니다.',
  SIM13: '지원하지 않는 카드사입니다.',
  SIM14: '할부 개월이 올바르지 않습니다.',
  SIM90: '일시적으로 처리할 수 없습니다.',
  SIM99: '서버 내부 오류가 발생하였습니다.',
} as const;

const texts: Readonly<Record<string, string>> = {
  ...simulatedRefusals,
  ...Object.fromEntries(Object.entries(phoneErrors).map(([code, { message }]) => [code, message])),
  [wrongHmac]: 'HMAC 값이 일치하지 않습니다.',
};

export function refusal(
  code: keyof typeof simulatedRefusals | keyof typeof phoneErrors | typeof wrongHmac,
): SimulatorRefusal {
  return new SimulatorRefusal(code, texts[code] ?? code);
}

export function refusalAnswer(code: string, message: string | null = null, status = 200): SimulatorAnswer {
  return jsonAnswer(status, { code, message: message ?? texts[code] ?? code });
}
