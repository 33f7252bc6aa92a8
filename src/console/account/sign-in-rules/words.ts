import { defineWords } from '../../language/words.ts';

export const ruleWords = defineWords({
  ko: {
    title: '로그인 규칙',
    lead: '구성원에게 2단계 인증을 요구하고, 돈이나 권한에 관한 일 앞에서 본인인지 다시 확인합니다.',
    required: '모든 구성원에게 2단계 인증 요구',
    requiredHint:
      '등록하지 않은 구성원은 등록할 때까지 다른 일을 할 수 없습니다. 본인을 포함해 지금 로그인한 사람에게도 바로 적용됩니다.',
    stepUp: '환불·승인·키·구성원 변경 전에 본인 확인',
    stepUpHint: '최근 5분 안에 2단계 인증(없으면 비밀번호)을 확인해야 합니다.',
    save: '저장',
    saved: '저장했습니다',
    members: '구성원의 2단계 인증',
    member: '구성원',
    factor: '2단계 인증',
    has: '등록됨',
    hasNot: '없음',
    acts: '관리',
    reset: '초기화',
    resetTitle: (email: string) => `${email}의 2단계 인증 초기화`,
    resetText:
      '인증 수단과 복구 코드가 모두 삭제되고, 모든 곳에서 로그아웃됩니다. 되돌릴 수 없습니다. 본인의 요청이 맞는지 먼저 확인하세요.',
    resetOf: (email: string) => `초기화: ${email}`,
    wasReset: '초기화했습니다',
  },
  en: {
    title: 'Sign-in rules',
    lead: 'Ask members for a second factor, and for a fresh proof before what is about money or rights.',
    required: 'All members need a second factor',
    requiredHint:
      'Whoever has none can do nothing but enrol one. It holds at once for all who are signed in, you among them.',
    stepUp: 'A fresh proof before refunds, approvals, keys and changes of members',
    stepUpHint: 'The second factor (or the password, without one) must have been shown in the last five minutes.',
    save: 'Save',
    saved: 'Saved',
    members: 'Second factors of members',
    member: 'Member',
    factor: 'Second factor',
    has: 'enrolled',
    hasNot: 'none',
    acts: 'Manage',
    reset: 'Reset',
    resetTitle: (email: string) => `Reset the second factors of ${email}`,
    resetText:
      'All factors and recovery codes go, and all sessions end. This is final. Make sure first that it is them who ask.',
    resetOf: (email: string) => `Reset: ${email}`,
    wasReset: 'Second factors are reset',
  },
});
