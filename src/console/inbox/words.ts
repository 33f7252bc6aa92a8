import { defineWords } from '../language/words.ts';

export const inboxWords = defineWords({
  ko: {
    title: '받은 일',
    lead: '사람이 확인해야 하는 일입니다. 오래 기다린 것부터 표시합니다.',
    nothing: '지금 확인할 일이 없습니다',
    nothingText: '새로운 일이 생기면 이 화면에 바로 나타납니다.',
    sections: {
      doubts: '결과 미확인',
      refunds_under_way: '환불 지급 대기',
      failed_webhooks: '실패한 웹훅',
      accounts_due: '오늘 마감되는 가상계좌',
    },
    texts: {
      doubts: 'PG사가 명확히 답하지 않았습니다. 실패가 아닙니다. 금액은 묶여 있습니다.',
      refunds_under_way: 'PG사가 접수했고 아직 지급하지 않았습니다.',
      failed_webhooks: '최근 30일 동안 전달하지 못했습니다.',
      accounts_due: '아직 입금되지 않았고 오늘 안에 만료됩니다.',
    },
    acts: {
      doubts: '확인하기',
      refunds_under_way: '결제 보기',
      failed_webhooks: '웹훅 보기',
      accounts_due: '결제 보기',
    },
    actOn: (act: string, id: string) => `${act}: ${id}`,
    count: (count: number, isMore: boolean) => `${count.toLocaleString('ko-KR')}건${isMore ? ' 이상' : ''}`,
    oldest: '가장 오래된 것',
    nextDue: '가장 빠른 마감',
    all: (count: string) => `전체 보기 (${count})`,
    gateways: '평소보다 문제가 많은 PG사',
    gatewayText: '최근 2시간을 그 전 24시간과 비교합니다.',
    what: { failed: '결제 실패', refunds_refused: '환불 거절', doubts: '결과 미확인' },
    share: (share: string, usual: string, cases: number) =>
      `${share} (평소 ${usual}), ${cases.toLocaleString('ko-KR')}건`,
    seePayments: '결제 보기',
  },
  en: {
    title: 'Inbox',
    lead: 'What waits for a person; what has waited longest comes first.',
    nothing: 'Nothing waits for you',
    nothingText: 'What comes up appears here by itself.',
    sections: {
      doubts: 'In doubt',
      refunds_under_way: 'Refunds not paid out yet',
      failed_webhooks: 'Failed webhooks',
      accounts_due: 'Virtual accounts that end today',
    },
    texts: {
      doubts: 'The gateway gave no clear answer. That is no failure; the amount stays reserved.',
      refunds_under_way: 'The gateway has taken them and not paid them out.',
      failed_webhooks: 'Not delivered, in the last 30 days.',
      accounts_due: 'Nobody has paid in yet, and they end today.',
    },
    acts: {
      doubts: 'Look into it',
      refunds_under_way: 'See payment',
      failed_webhooks: 'See webhook',
      accounts_due: 'See payment',
    },
    actOn: (act: string, id: string) => `${act}: ${id}`,
    count: (count: number, isMore: boolean) => `${count.toLocaleString('en')}${isMore ? ' or more' : ''}`,
    oldest: 'Oldest',
    nextDue: 'First to end',
    all: (count: string) => `See all (${count})`,
    gateways: 'Gateways at which more goes wrong than usual',
    gatewayText: 'The last 2 hours against the 24 before.',
    what: { failed: 'failed payments', refunds_refused: 'refused refunds', doubts: 'doubts' },
    share: (share: string, usual: string, cases: number) =>
      `${share} (usually ${usual}), ${cases.toLocaleString('en')} cases`,
    seePayments: 'See payments',
  },
});
