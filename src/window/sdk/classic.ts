import { createImp } from './imp.ts';
import { serverOf } from './own-server.ts';

/** `/v1/iamport.js` and the older names: puts `IMP` on the page, unless there is one. */
const address = ownAddress();
window.IMP = window.IMP || createImp(serverOf(address));

function ownAddress(): string | undefined {
  const own = document.currentScript;
  if (own instanceof HTMLScriptElement && own.src) return own.src;
  // A loader has run the text of the script: what it was loaded by often still stands there.
  const scripts = Array.from(document.querySelectorAll<HTMLScriptElement>('script[src*="iamport"]'));
  return scripts.map(({ src }) => src).find((src) => serverOf(src) !== '');
}
