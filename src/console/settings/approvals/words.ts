import { defineWords } from '../../language/words.ts';

export const approvalWords = defineWords({
  ko: {
    title: '환불 규칙',
    lead: '두 번째 사람의 승인이 필요한 금액과, 환불 사유 목록입니다. 콘솔에서 하는 환불에 적용되고, 상점 프로그램의 API 토큰에는 적용되지 않습니다.',
    threshold: '이 금액을 넘으면 승인 필요',
    thresholdHint:
      '비워 두면 금액만으로는 승인을 요구하지 않습니다. 한 통화라도 적으면, 적지 않은 통화의 환불은 항상 승인이 필요합니다.',
    ceilings: '역할별 한도',
    ceilingsHint: '이 역할의 구성원이 이 금액(원)을 넘게 환불하려면 승인이 필요합니다. 비워 두면 한도가 없습니다.',
    otherCurrency: '통화 추가',
    reasons: '환불 사유',
    reasonsHint: '한 줄에 하나씩, 최대 50개. 환불할 때 이 중에서 고릅니다.',
    save: '저장',
    saved: '저장했습니다',
    wrong: '금액을 확인하세요',
  },
  en: {
    title: 'Refund rules',
    lead: "Above what a second person has to agree, and what refunds are for. It counts for refunds made in the console, not for the tokens of a shop's programs.",
    threshold: 'Above this, a second person agrees',
    thresholdHint:
      'Empty: no amount alone asks for one. With a limit in one currency, refunds in currencies without one always wait.',
    ceilings: 'Ceilings by role',
    ceilingsHint: 'To refund more than this (in won), a member of the role needs a second person. Empty: no ceiling.',
    otherCurrency: 'Add a currency',
    reasons: 'Reasons for refunds',
    reasonsHint: 'One per line, 50 at most. Whoever refunds chooses from them.',
    save: 'Save',
    saved: 'Saved',
    wrong: 'Look at the amounts',
  },
});
