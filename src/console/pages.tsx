import type { AppProps } from './shell/app.tsx';
import type { PageDescription } from './shell/page-description.ts';

/** All pages, in the order of the navigation; the first one that a member may see is where the console begins. */
export const pages: readonly PageDescription[] = [
  {
    path: '/inbox',
    name: { ko: '받은 일', en: 'Inbox' },
    group: 'daily',
    key: 'i',
    load: () => import('./inbox/page.tsx'),
  },
  {
    path: '/payments',
    name: { ko: '결제', en: 'Payments' },
    group: 'daily',
    key: 'p',
    searchHref: (text) => `/payments?q=${encodeURIComponent(text)}`,
    load: () => import('./payments/page.tsx'),
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
