import { SimulatorRefusal } from '../../../simulators/definition.ts';

/**
 * Smartro publishes its codes of success only. These codes and texts are the simulator's own, for both modules; nothing
 * in the adapter knows them, it reads the text.
 */
export const smartroRefusals = {
  SIM01: '요청 전문이 올바르지 않습니다.',
  SIM02: '해시 데이터 검증에 실패하였습니다.',
  SIM03: '취소 패스워드가 일치하지 않습니다.',
  SIM04: '원거래가 존재하지 않습니다.',
  SIM05: '이미 취소된 거래입니다.',
  SIM06: '취소 요청 금액이 취소 가능 금액을 초과하였습니다.',
  SIM07: '부분취소를 할 수 없는 거래입니다.',
  SIM08: '전체취소 금액이 거래 금액과 다릅니다.',
  SIM09: '취소차수가 올바르지 않습니다.',
  SIM10: '입금된 가상계좌는 환불 연동으로 취소하여야 합니다.',
  SIM11: '과세, 비과세, 부가세 금액이 취소금액과 맞지 않습니다.',
  SIM12: '입금 기한이 지난 가상계좌입니다.',
  SIM13: '취소 가능 기간이 지났습니다.',
  SIM21: '지원하지 않는 결제수단입니다.',
  SIM22: '주문번호가 중복되었습니다.',
  SIM23: '지원하지 않는 은행입니다.',
  SIM24: '지원하지 않는 카드사입니다.',
  SIM25: '할부 개월이 올바르지 않습니다.',
  SIM31: '등록되지 않은 빌링키입니다.',
  SIM32: '카드사에서 승인을 거절하였습니다.',
  SIM33: '이용 한도를 초과한 카드입니다.',
  SIM90: '일시적으로 처리할 수 없습니다.',
  SIM99: '시스템 오류가 발생하였습니다.',
} as const;
export type SmartroRefusalCode = keyof typeof smartroRefusals;

export function smartroRefusal(code: SmartroRefusalCode): SimulatorRefusal {
  return new SimulatorRefusal(code, smartroRefusals[code]);
}

/** For the fault `reject`: the code and text that were asked for, or the usual ones. */
export function namedRefusal(code: string | null, message: string | null): { code: string; message: string } {
  const named = code ?? 'SIM90';
  const known = Object.hasOwn(smartroRefusals, named) ? smartroRefusals[named as SmartroRefusalCode] : named;
  return { code: named, message: message ?? known };
}
