import { h } from '../element.ts';
import { type Choice, input, labelled, select, setChoices } from './controls.ts';
import type { Channel, GatewayCapabilities, MethodCapabilities } from './shop-api.ts';
import type { Words } from './words.ts';

export interface Chosen {
  readonly provider: string;
  readonly method: string;
  readonly amount: string;
  readonly currency: string;
  readonly name: string;
  readonly hasCallback: boolean;
  readonly issuesKey: boolean;
}

export interface OrderForm {
  readonly element: HTMLFormElement;
  read(): Chosen;
  setBusy(isBusy: boolean): void;
}

const defaultAmounts: Readonly<Record<string, string>> = { KRW: '32900', JPY: '3290', VND: '329000' };

/** Everything that a visitor may choose, and nothing that the gateway could not do. */
export function orderForm(
  channels: readonly Channel[],
  gateways: readonly GatewayCapabilities[],
  names: Readonly<Record<string, string>>,
  words: Words,
  onChange: () => void,
  onPay: () => void,
): OrderForm {
  const offered = channels
    .filter(({ type }) => type === 'payment')
    .map(({ pg_provider: provider }) => ({ provider, of: gateways.find((each) => each.pg_provider === provider) }))
    .filter(({ of }) => of !== undefined && methodsOf(of).length > 0);
  const gatewayOf = (provider: string) => offered.find((each) => each.provider === provider)?.of;

  const gateway = select(
    'gateway',
    offered.map(({ provider }) => ({
      value: provider,
      name: names[provider] ? `${names[provider]} (${provider})` : provider,
    })),
  );
  const method = select('method', []);
  const currency = select('currency', []);
  const amount = input('amount', '', { inputmode: 'decimal', required: '' });
  const name = input('name', words.productDefault, { maxlength: 40 });
  const byCallback = radio('callback', true);
  const byRedirect = radio('redirect', false);
  const key = h('input', { type: 'checkbox', id: 'key' });
  const keyHint = h('p', { class: 'hint', id: 'key-hint' });
  key.setAttribute('aria-describedby', 'key-hint');
  const currencyField = labelled(words.currency, currency, 'short');
  const pay = h('button', { type: 'submit', class: 'primary' }, words.pay);

  const element = h(
    'form',
    { class: 'order', novalidate: '' },
    labelled(words.product, name, 'wide'),
    labelled(words.gateway, gateway),
    labelled(words.method, method),
    h('div', { class: 'money' }, labelled(words.amount, amount), currencyField),
    h(
      'fieldset',
      {},
      h('legend', {}, words.way),
      h('label', { class: 'check' }, byCallback, h('span', {}, words.byCallback)),
      h('label', { class: 'check' }, byRedirect, h('span', {}, words.byRedirect)),
      h('p', { class: 'hint' }, words.wayHint),
    ),
    h('div', { class: 'wide' }, h('label', { class: 'check' }, key, h('span', {}, words.key)), keyHint),
    pay,
  );
  element.onsubmit = (event) => {
    event.preventDefault();
    onPay();
  };
  element.oninput = onChange;
  gateway.onchange = () => {
    fitToGateway();
    onChange();
  };
  method.onchange = () => {
    fitToMethod();
    onChange();
  };
  currency.onchange = () => {
    setAmount();
    onChange();
  };
  fitToGateway();

  function fitToGateway(): void {
    const of = gatewayOf(gateway.value);
    if (!of) return;
    setChoices(
      method,
      methodsOf(of).map(({ pay_method: value }): Choice => ({ value, name: words.methods[value] ?? value })),
    );
    const { currencies } = of;
    const inOrder = currencies.includes('KRW') ? ['KRW', ...currencies.filter((each) => each !== 'KRW')] : currencies;
    setChoices(
      currency,
      inOrder.map((value) => ({ value, name: value })),
    );
    currencyField.hidden = currencies.length < 2;
    setAmount();
    fitToMethod();
  }

  /** A price fits its currency; one that was typed stays while the currency does. */
  function setAmount(): void {
    if (amount.dataset.currency === currency.value) return;
    amount.dataset.currency = currency.value;
    amount.value = defaultAmounts[currency.value] ?? '32.90';
  }

  function fitToMethod(): void {
    const of = gatewayOf(gateway.value)?.pay_methods.find(({ pay_method: value }) => value === method.value);
    const issues = of?.operations.issue_key_in_window !== 'unsupported';
    key.disabled = !issues;
    if (!issues) key.checked = false;
    keyHint.textContent = issues ? words.keyHint : words.keyUnsupported;
  }

  return {
    element,
    read: () => ({
      provider: gateway.value,
      method: method.value,
      amount: amount.value.replace(/[,\s]/g, ''),
      currency: currency.value,
      name: name.value.trim() || words.productDefault,
      hasCallback: byCallback.checked,
      issuesKey: key.checked,
    }),
    setBusy(isBusy) {
      pay.disabled = isBusy;
    },
  };
}

function radio(value: string, checked: boolean): HTMLInputElement {
  return h('input', { type: 'radio', name: 'way', value, checked });
}

/** What the window of this gateway offers, here. */
function methodsOf({ pay_methods: methods }: GatewayCapabilities): readonly MethodCapabilities[] {
  return methods.filter(
    ({ operations }) => operations.pay_in_window !== 'unsupported' && operations.approve_window !== 'unsupported',
  );
}
