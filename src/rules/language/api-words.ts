import type { Words } from '../../platform/language/text.ts';

/** The API's words as a person reads them in a table. In English they are themselves. */
const korean: Readonly<Record<string, string>> = Object.freeze({
  // Payments
  all: '전체',
  ready: '미결제',
  paid: '결제완료',
  cancelled: '취소',
  failed: '실패',
  waiting_for_deposit: '입금대기',
  partially_cancelled: '부분취소',
  expired: '기한만료',
  card: '카드',
  trans: '계좌이체',
  vbank: '가상계좌',
  phone: '휴대폰',
  cvs: '편의점',
  point: '포인트',
  // Operations
  approve: '카드 승인',
  approve_window: '결제창 승인',
  pay_from_wallet: '포인트·충전금 결제',
  issue_vbank: '가상계좌 발급',
  issue_barcode: '수납번호 발급',
  issue_receipt: '현금영수증 발급',
  issue_key: '빌링키 발급',
  charge_key: '빌링키 결제',
  revoke_key: '빌링키 삭제',
  cancel: '결제취소',
  revoke_vbank: '가상계좌 말소',
  revoke_barcode: '수납번호 말소',
  revoke_receipt: '현금영수증 취소',
  none: '없음',
  requested: '요청됨',
  sent: '전송됨',
  in_doubt: '결과 미확인',
  accepted: '접수됨',
  confirmed: '완료',
  refused: '거절',
  unsent: '미전송',
  // Webhooks
  waiting: '대기',
  delivered: '전달됨',
  deposit_reversed: '입금취소',
  order_changed: '주문변경',
  confirm: '수납확인',
  test: '테스트',
  first: '최초',
  repeat: '재시도',
  resend: '재전송',
  // Comparing
  payment: '결제',
  cancellation: '취소',
  only_there: 'PG사에만 있음',
  only_here: '여기에만 있음',
  amount: '금액 다름',
  state: '상태 다름',
  at: '날짜 다름',
  not_comparable: '비교 불가',
  adoptable: '반영 가능',
  adopted: '반영됨',
  already_here: '이미 있음',
  not_reached: '확인 못함',
});

export function apiWord(word: string): Words {
  return Object.hasOwn(korean, word) ? { en: word, ko: korean[word] ?? word } : word;
}

/** For the help of an option whose values are the API's words, which have to be typed as they are. */
export function apiWordList(words: readonly string[]): Words {
  return {
    en: words.join(', '),
    ko: words.map((word) => (Object.hasOwn(korean, word) ? `${word}(${korean[word]})` : word)).join(', '),
  };
}
