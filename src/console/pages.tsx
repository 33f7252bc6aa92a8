import type { AppProps } from './shell/app.tsx';
import type { PageDescription } from './shell/page-description.ts';

/** All pages, in the order of the navigation; the first one that a member may see is where the console begins. */
export const pages: readonly PageDescription[] = [
  {
    path: '/refund-requests',
    name: { ko: '환불 요청', en: 'Refund requests' },
    group: 'daily',
    key: 'r',
    load: () => import('./refund-requests/page.tsx'),
  },
  {
    path: '/refund-requests/:id',
    name: { ko: '환불 요청', en: 'Refund request' },
    group: 'daily',
    load: () => import('./refund-requests/one.tsx'),
  },
  {
    path: '/doubts',
    name: { ko: '결과 확인 중', en: 'In doubt' },
    group: 'daily',
    key: 'd',
    load: () => import('./doubts/page.tsx'),
  },
  {
    path: '/doubts/:id',
    name: { ko: '결과 확인 중', en: 'In doubt' },
    group: 'daily',
    load: () => import('./doubts/one.tsx'),
  },
  {
    path: '/payments/:imp_uid',
    name: { ko: '결제', en: 'Payment' },
    group: 'lists',
    load: () => import('./payment/page.tsx'),
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
