import type { AppProps } from './shell/app.tsx';
import type { PageDescription } from './shell/page-description.ts';

/** All pages, in the order of the navigation; the first one that a member may see is where the console begins. */
export const pages: readonly PageDescription[] = [
  {
    path: '/bulk-refunds',
    name: { ko: '일괄 환불', en: 'Bulk refunds' },
    group: 'daily',
    key: 'b',
    load: () => import('./bulk-refunds/page.tsx'),
  },
  {
    path: '/bulk-refunds/:id',
    name: { ko: '일괄 환불', en: 'Bulk refund' },
    group: 'daily',
    load: () => import('./bulk-refunds/detail-page.tsx'),
  },
  {
    path: '/webhooks',
    name: { ko: '웹훅', en: 'Webhooks' },
    group: 'daily',
    key: 'w',
    load: () => import('./webhooks/page.tsx'),
  },
  {
    path: '/webhooks/:id',
    name: { ko: '웹훅', en: 'Webhook' },
    group: 'daily',
    load: () => import('./webhooks/detail-page.tsx'),
  },
  {
    path: '/reconciliation',
    name: { ko: '대사', en: 'Reconciliation' },
    group: 'daily',
    key: 'c',
    load: () => import('./reconciliation/page.tsx'),
  },
  {
    path: '/reconciliation/:date',
    name: { ko: '대사', en: 'Reconciliation' },
    group: 'daily',
    load: () => import('./reconciliation/day-page.tsx'),
  },
  {
    path: '/receipts',
    name: { ko: '현금영수증', en: 'Cash receipts' },
    group: 'lists',
    key: 'r',
    load: () => import('./receipts/page.tsx'),
  },
  {
    path: '/billing-keys',
    name: { ko: '빌링키', en: 'Billing keys' },
    group: 'lists',
    key: 'k',
    load: () => import('./billing-keys/page.tsx'),
  },
  {
    path: '/billing-keys/:customer_uid',
    name: { ko: '빌링키', en: 'Billing key' },
    group: 'lists',
    load: () => import('./billing-keys/detail-page.tsx'),
  },
  {
    path: '/schedules',
    name: { ko: '예약 결제', en: 'Schedules' },
    group: 'lists',
    key: 's',
    load: () => import('./schedules/page.tsx'),
  },
  {
    path: '/schedules/:merchant_uid',
    name: { ko: '예약 결제', en: 'Schedule' },
    group: 'lists',
    load: () => import('./schedules/detail-page.tsx'),
  },
  {
    path: '/certifications',
    name: { ko: '본인인증', en: 'Certifications' },
    group: 'lists',
    load: () => import('./certifications/page.tsx'),
  },
  {
    path: '/certifications/:imp_uid',
    name: { ko: '본인인증', en: 'Certification' },
    group: 'lists',
    load: () => import('./certifications/detail-page.tsx'),
  },
  {
    path: '/charts',
    name: { ko: '통계', en: 'Charts' },
    group: 'analysis',
    key: 't',
    load: () => import('./charts/page.tsx'),
  },
  {
    path: '/sandbox',
    name: { ko: '샌드박스 도구', en: 'Sandbox tools' },
    group: 'sandbox',
    key: 'x',
    permission: 'sandbox',
    mode: 'sandbox',
    load: () => import('./sandbox/page.tsx'),
  },
];

/** For whoever is not signed in. The first one is shown at every address that has none of its own. */
export const openPages: AppProps['openPages'] = [{ path: '/sign-in', load: () => import('./sign-in/page.tsx') }];
