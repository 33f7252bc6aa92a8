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
];

/** For whoever is not signed in. The first one is shown at every address that has none of its own. */
export const openPages: AppProps['openPages'] = [{ path: '/sign-in', load: () => import('./sign-in/page.tsx') }];
