import type { AppProps } from './shell/app.tsx';
import type { PageDescription } from './shell/page-description.ts';

/** All pages, in the order of the navigation; the first one that a member may see is where the console begins. */
export const pages: readonly PageDescription[] = [
  {
    path: '/sandbox',
    name: { ko: '샌드박스 도구', en: 'Sandbox tools' },
    group: 'sandbox',
    key: 'x',
    permission: 'sandbox',
    mode: 'sandbox',
    load: () => import('./sandbox/page.tsx'),
  },
  {
    path: '/settings/members',
    name: { ko: '구성원', en: 'Members' },
    group: 'settings',
    key: 'm',
    permission: 'members',
    load: () => import('./settings/members/page.tsx'),
  },
  {
    path: '/settings/refund-rules',
    name: { ko: '환불 규칙', en: 'Refund rules' },
    group: 'settings',
    permission: 'members',
    load: () => import('./settings/approvals/page.tsx'),
  },
  {
    path: '/settings/webhooks',
    name: { ko: '웹훅 설정', en: 'Webhook settings' },
    group: 'settings',
    permission: 'settings',
    load: () => import('./settings/webhooks/page.tsx'),
  },
  {
    path: '/settings/channels',
    name: { ko: '채널', en: 'Channels' },
    group: 'settings',
    permission: 'settings',
    load: () => import('./settings/channels/page.tsx'),
  },
  {
    path: '/settings/audit',
    name: { ko: '감사 기록', en: 'Audit log' },
    group: 'settings',
    key: 'a',
    permission: 'audit',
    load: () => import('./settings/audit/page.tsx'),
  },
  {
    path: '/settings/sessions',
    name: { ko: '내 로그인', en: 'My sessions' },
    group: 'settings',
    load: () => import('./settings/my-sessions/page.tsx'),
  },
  {
    path: '/settings/api-keys',
    name: { ko: 'API 키', en: 'API keys' },
    group: 'settings',
    permission: 'keys',
    load: () => import('./account/api-keys/page.tsx'),
  },
  {
    path: '/account',
    name: { ko: '2단계 인증', en: 'Second factors' },
    group: 'settings',
    isForEnrolment: true,
    load: () => import('./account/page.tsx'),
  },
  {
    path: '/settings/sign-in-rules',
    name: { ko: '로그인 규칙', en: 'Sign-in rules' },
    group: 'settings',
    permission: 'members',
    load: () => import('./account/sign-in-rules/page.tsx'),
  },
  {
    path: '/invitations/:token',
    name: { ko: '초대', en: 'Invitation' },
    group: 'settings',
    load: () => import('./invitation/page.tsx'),
  },
];

/** For whoever is not signed in. The first one is shown at every address that has none of its own. */
export const openPages: AppProps['openPages'] = [
  { path: '/sign-in', load: () => import('./sign-in/page.tsx') },
  { path: '/invitations/:token', load: () => import('./invitation/open-page.tsx') },
];
