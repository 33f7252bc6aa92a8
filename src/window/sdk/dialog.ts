import type { Kind } from './failures.ts';
import type { Words } from './words.ts';

/** The overlay on the shop's page, from the call of `request_pay` until its end. */
export interface Dialog {
  /** For shops' styles: `payment-{provider}`, `popup`. */
  mark(className: string): void;
  showFrame(url: string): HTMLIFrameElement;
  /** A sentence, and a button below it. */
  say(text: string, button?: { readonly text: string; onClick(): void }): void;
  /** Of the frame, in CSS pixels. */
  resize(height: number): void;
  remove(): void;
}

const barHeight = 44;

/**
 * Classes and ids are those that shops style and tests look for. The styles are set by script on each element: a shop's Content-Security-Policy
 * may forbid a style element, and never forbids that.
 */
export function openDialog(kind: Kind, isMobile: boolean, words: Words, onClose: () => void): Dialog {
  const cameFrom = document.activeElement;
  const title = kind === 'payment' ? words.title : words.certification;
  const close = element(
    'button',
    'imp-close',
    `box-sizing:border-box;width:${barHeight}px;height:${barHeight}px;margin:0;padding:0;border:0;background:transparent;color:inherit;font:24px/1 sans-serif;cursor:pointer`,
  );
  close.type = 'button';
  close.textContent = '×';
  close.setAttribute('aria-label', words.close);
  close.onclick = onClose;

  const heading = element('div', 'imp-title', 'flex:1;padding:0 16px;font-weight:bold');
  heading.textContent = title;
  const bar = element(
    'div',
    'imp-bar',
    `display:flex;flex:none;align-items:center;height:${barHeight}px;background:#1f2937;color:#fff`,
  );
  bar.append(heading, close);

  const text = element('p', 'imp-text', 'margin:0 0 16px');
  text.setAttribute('role', 'status');
  text.textContent = words.opening;
  const message = element('div', 'imp-message', 'flex:1;padding:32px 24px;text-align:center;overflow:auto');
  message.append(text);

  const box = element(
    'div',
    'imp-box',
    `display:flex;flex-direction:column;width:100%;overflow:hidden;background:#fff;color:#111827;font:16px/1.5 sans-serif;${
      isMobile ? 'height:100%' : 'max-width:480px;height:640px;max-height:94%;border-radius:12px'
    }`,
  );
  box.append(bar, message);

  const root = element(
    'div',
    `imp-dialog customizable ${isMobile ? 'mobile' : 'pc'}`,
    'display:flex;align-items:center;justify-content:center;position:fixed;top:0;right:0;bottom:0;left:0;z-index:2147483000;background:rgba(0,0,0,.6)',
  );
  root.setAttribute('role', 'dialog');
  root.setAttribute('aria-modal', 'true');
  root.setAttribute('aria-label', title);
  root.append(box);

  // Not `body` alone: a script in the head may ask before there is one.
  const { documentElement: page } = document;
  const place = document.body ?? page;
  const behind = disable(Array.from(place.children));
  const overflow = page.style.overflow;
  page.style.overflow = 'hidden';
  if (isMobile) place.classList.add('imp-payment-progress');
  place.append(root);
  close.focus();

  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    onClose();
  };
  document.addEventListener('keydown', onKey, true);

  let frame: HTMLIFrameElement | undefined;

  return {
    mark(className) {
      root.classList.add(className);
    },
    showFrame(url) {
      const made = element('iframe', `imp-frame imp-frame-${isMobile ? 'mobile' : 'pc'}`, 'flex:1;width:100%;border:0');
      made.id = 'imp-iframe';
      made.title = title;
      made.allow = 'clipboard-write';
      made.onload = () => {
        if (root.contains(document.activeElement)) made.focus();
      };
      made.src = url;
      frame = made;
      message.remove();
      box.append(made);
      return made;
    },
    say(sentence, button) {
      if (frame) return;
      text.textContent = sentence;
      while (message.lastChild !== text) message.lastChild?.remove();
      if (!button) return;
      const made = element(
        'button',
        'imp-button',
        'padding:12px 24px;border:0;border-radius:8px;background:#1d4ed8;color:#fff;font:inherit;font-weight:bold;cursor:pointer',
      );
      made.type = 'button';
      made.textContent = button.text;
      made.onclick = () => button.onClick();
      message.append(made);
      made.focus();
    },
    resize(height) {
      if (!isMobile) box.style.height = `${Math.max(320, Math.ceil(height) + barHeight)}px`;
    },
    remove() {
      document.removeEventListener('keydown', onKey, true);
      root.remove();
      for (const each of behind) each.inert = false;
      page.style.overflow = overflow;
      place.classList.remove('imp-payment-progress');
      if (cameFrom instanceof HTMLElement && cameFrom.isConnected) cameFrom.focus();
    },
  };
}

/** Keeps the keyboard and screen readers in the dialog; a browser that does not know `inert` lets them out, and nothing worse. */
function disable(elements: readonly Element[]): HTMLElement[] {
  const disabled = elements.filter((each): each is HTMLElement => each instanceof HTMLElement && !each.inert);
  for (const each of disabled) each.inert = true;
  return disabled;
}

function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  className: string,
  style: string,
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  made.className = className;
  made.style.cssText = style;
  return made;
}
