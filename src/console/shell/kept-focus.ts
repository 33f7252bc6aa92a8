import { type RefObject, useEffect } from 'react';

/** A closed dialog gives the focus back within this time, where what opened it is still there. */
const givenBackMs = 300;

/**
 * What had the focus may go: a row is removed, a button has nothing left to do. The focus would then be nowhere, and the next Tab would begin
 * at the top of the document; `main` takes it.
 */
export function useKeptFocus(main: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    let last: Element | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const isNowhere = () => document.activeElement === document.body && last !== null && !last.isConnected;
    const onFocus = (event: FocusEvent) => {
      last = event.target instanceof Element ? event.target : null;
    };
    const observer = new MutationObserver(() => {
      if (!isNowhere()) return;
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (isNowhere()) main.current?.focus({ preventScroll: true });
      }, givenBackMs);
    });
    document.addEventListener('focusin', onFocus);
    observer.observe(document.body, { childList: true, subtree: true });
    return () => {
      clearTimeout(timer);
      observer.disconnect();
      document.removeEventListener('focusin', onFocus);
    };
  }, [main]);
}
