import { defineWords } from '../language/words.ts';

export const signInWords = defineWords({
  ko: {
    title: '환불 콘솔 로그인',
    email: '이메일',
    password: '비밀번호',
    signIn: '로그인',
    demo: '데모 상점으로 시작',
    demoText: '샌드박스입니다. 비밀번호 없이 데모 상점의 소유자로 들어갑니다.',
    live: '실거래',
    sandbox: '샌드박스',
    or: '또는',
  },
  en: {
    title: 'Sign in to Hwanbul',
    email: 'E-mail',
    password: 'Password',
    signIn: 'Sign in',
    demo: 'Start with the demo merchant',
    demoText: "This is a sandbox. You come in as the demo merchant's owner, without a password.",
    live: 'LIVE',
    sandbox: 'Sandbox',
    or: 'or',
  },
});
