import type { PageDescription } from './page-description.ts';
import type { Session } from './session.ts';

/** Whether this server has the page at all. */
export function isInMode(page: PageDescription, { mode }: Pick<Session, 'mode'>): boolean {
  return page.mode === undefined || page.mode === mode;
}

/** What the navigation offers: what is there, has a place of its own, and may be seen. */
export function offeredPages(pages: readonly PageDescription[], session: Session): readonly PageDescription[] {
  return pages.filter(
    (page) =>
      isInMode(page, session) &&
      !page.path.includes(':') &&
      session.member.permissions.includes(page.permission ?? 'read'),
  );
}
