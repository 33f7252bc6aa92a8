import { defineWords } from '../language/words.ts';

export const invitationWords = defineWords({
  ko: {
    title: '초대 수락',
    newPassword: '새 비밀번호',
    invited: (merchant: string, role: string) => `${merchant}에 ${role}(으)로 초대되었습니다.`,
    forPassword: (email: string) => `${email}의 새 비밀번호를 정하세요. 다른 곳의 로그인은 모두 종료됩니다.`,
    email: '이메일',
    name: '이름',
    password: '비밀번호',
    passwordHint: '12자 이상. 여러 단어로 된 문장이 좋습니다.',
    accept: '수락하고 로그인',
    savePassword: '비밀번호 정하고 로그인',
    toSignIn: '로그인 화면으로',
    signedInAs: (email: string) =>
      `이 브라우저는 ${email}(으)로 로그인되어 있습니다. 초대를 수락하려면 먼저 로그아웃하세요.`,
    signOut: '로그아웃하고 계속',
  },
  en: {
    title: 'Accept the invitation',
    newPassword: 'New password',
    invited: (merchant: string, role: string) => `You are invited to ${merchant}, as ${role}.`,
    forPassword: (email: string) => `Choose a new password for ${email}. All other browsers are signed out.`,
    email: 'E-mail',
    name: 'Name',
    password: 'Password',
    passwordHint: 'At least 12 letters. A sentence of several words does well.',
    accept: 'Accept and sign in',
    savePassword: 'Save it and sign in',
    toSignIn: 'To the sign-in page',
    signedInAs: (email: string) => `This browser is signed in as ${email}. Sign out first to accept the invitation.`,
    signOut: 'Sign out and go on',
  },
});
