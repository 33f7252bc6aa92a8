import type { FailureCode } from './failures.ts';

/** What `loadUI` draws, by type, with the button's text. */
const buttons: ReadonlyMap<string, { readonly text: string; readonly id?: string }> = new Map([
  ['paypal-spb', { text: 'PayPal' }],
  ['paypal-rt', { text: 'PayPal' }],
  // Shops press this one from their own button.
  ['toss-brandpay-widget', { text: '결제하기', id: 'portone-toss-brandpay-widget-button' }],
]);

export function isDrawn(type: string): boolean {
  return buttons.has(type);
}

/** The place that the shop's page has for this type, or why there is none. */
export function findContainer(type: string): HTMLElement | FailureCode {
  const all = Array.from(document.querySelectorAll<HTMLElement>('div.portone-ui-container'));
  if (all.length === 0) return 'NO_CONTAINER';
  const [container, another] = all.filter((each) => each.getAttribute('data-portone-ui-type') === type);
  if (!container) return 'NO_CONTAINER_OF_TYPE';
  return another ? 'SEVERAL_CONTAINERS' : container;
}

export function drawButton(container: HTMLElement, type: string, onClick: () => void): void {
  const { text = '', id } = buttons.get(type) ?? {};
  const button = document.createElement('button');
  button.type = 'button';
  if (id) button.id = id;
  button.textContent = `${text} (sandbox)`;
  button.style.cssText =
    'width:100%;padding:12px;border:1px solid #1f2937;border-radius:8px;background:#ffc439;color:#111827;font:bold 16px sans-serif;cursor:pointer';
  button.onclick = onClick;
  container.textContent = '';
  container.append(button);
}
