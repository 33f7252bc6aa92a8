import type { Hint, Way } from '../protocol.ts';

/** What the page stands in. A popup has no opener, so that it is told from a page of its own by what the server says. */
export interface Container {
  readonly isFrame: boolean;
  readonly isPopup: boolean;
  hint(what: Hint['what'], height?: number): void;
}

export function containerOf(token: string, way: Way): Container {
  const isFrame = window.parent !== window;
  return {
    isFrame,
    isPopup: !isFrame && way === 'popup',
    hint(what, height) {
      if (!isFrame) return;
      const hint: Hint = { hwanbul: 'checkout', token, what, ...(height === undefined ? {} : { height }) };
      // The shop's page may be one without an origin. The token is known to it.
      window.parent.postMessage(hint, '*');
    },
  };
}
