import { h, pairs } from '../element.ts';
import type { CheckoutWindow, Payment } from '../protocol.ts';
import { checkField, type Field, inputField, radioField, selectField } from './fields.ts';
import type { FormParts } from './form.ts';
import { testerDrawer } from './tester.ts';
import type { Text } from './text.ts';

/** What the method asks a buyer for. No number of a card or an account is ever typed. */
export function paymentForm(shown: CheckoutWindow, text: Text, onLeave: () => void): FormParts<Payment> {
  const { order, gateway } = shown;
  const { words: w } = text;
  const method = methodPart(shown, text);
  const agreed = checkField(order.is_key ? w.agreedKey : w.agreed, w.agreeFirst);
  const tester = testerDrawer(shown, text, onLeave);
  return {
    fields: [...method.fields, agreed],
    elements: [
      ...method.elements,
      method.elements.length === 0 ? h('p', { class: 'hint' }, w.byGateway(text.name(gateway))) : null,
      agreed.element,
    ],
    submit: submitText(shown, text),
    after: tester.element,
    read() {
      const chosen = tester.chosen();
      return { ...method.read(), agreed: true, ...(chosen ? { tester: chosen } : {}) };
    },
  };
}

function submitText({ order, vbank }: CheckoutWindow, { words: w, money }: Text): string {
  if (vbank) return w.issue;
  return order.pays ? w.pay(money(order.amount, order.currency)) : w.register;
}

interface MethodPart {
  readonly fields: readonly Field[];
  readonly elements: readonly HTMLElement[];
  read(): Partial<Payment>;
}

const nothing: MethodPart = { fields: [], elements: [], read: () => ({}) };

function methodPart(shown: CheckoutWindow, text: Text): MethodPart {
  if (shown.card) return cardPart(shown.card, text);
  if (shown.banks) return bankPart(shown.banks, shown.vbank, text);
  if (shown.carriers) return phonePart(shown.carriers, shown.order.buyer.tel, text);
  return nothing;
}

function cardPart(
  { issuers, quotas, preset, use_point: usesPoint }: NonNullable<CheckoutWindow['card']>,
  text: Text,
): MethodPart {
  const { words: w } = text;
  const monthsText = (months: number) => (months === 0 ? w.atOnce : w.months(months));
  const point = usesPoint ? checkField(w.usePoint, null) : null;
  const pointElements = point ? [point.element] : [];
  const pointValue = () => (point ? { use_point: point.control.checked } : {});

  if (preset) {
    const issuer = issuers.find(({ code }) => code === preset.code);
    const facts = pairs(
      'facts',
      [w.issuer, issuer ? text.name(issuer) : preset.code],
      [w.instalments, monthsText(preset.quota)],
    );
    return {
      fields: [],
      elements: [facts, ...pointElements],
      read: () => ({ card: { code: preset.code, quota: preset.quota, ...pointValue() } }),
    };
  }
  if (issuers.length === 0) return nothing;

  const issuer = selectField(
    { label: w.issuer },
    [['', w.choose], ...issuers.map((each) => [each.code, text.name(each)] as const)],
    w.pick(w.issuer),
  );
  const months = selectField({ label: w.instalments }, [], '');
  /** Each issuer has months of its own; what was chosen stays where the next one has it, too. */
  const offer = () => {
    const { control } = months;
    const kept = control.value;
    const offered = issuers.find(({ code }) => code === issuer.control.value)?.quotas ?? quotas;
    control.textContent = '';
    for (const each of offered) control.append(h('option', { value: each }, monthsText(each)));
    if (offered.some((each) => String(each) === kept)) control.value = kept;
    months.element.hidden = offered.length < 2 && (offered[0] ?? 0) === 0;
  };
  issuer.control.onchange = offer;
  offer();
  return {
    fields: [issuer],
    elements: [issuer.element, months.element, ...pointElements],
    read: () => ({
      card: { code: issuer.control.value, quota: Number(months.control.value || 0), ...pointValue() },
    }),
  };
}

function bankPart(banks: NonNullable<CheckoutWindow['banks']>, vbank: CheckoutWindow['vbank'], text: Text): MethodPart {
  const { words: w } = text;
  const bank = selectField(
    { label: w.bank },
    [['', w.choose], ...banks.map((each) => [each.code, text.name(each)] as const)],
    w.pick(w.bank),
  );
  const receipt = inputField(
    { label: w.cashReceipt, hint: w.cashReceiptHint },
    { inputmode: 'numeric', maxlength: 20 },
    () => null,
  );
  const facts = vbank
    ? [pairs('facts', [w.holder, vbank.holder], [w.due, vbank.due_at ? text.time(vbank.due_at) : null])]
    : [];
  return {
    fields: [bank, receipt],
    elements: [bank.element, ...facts, receipt.element],
    read() {
      const identifier = receipt.control.value.replace(/[^0-9]/g, '');
      return { bank_code: bank.control.value, ...(identifier ? { cash_receipt: { identifier } } : {}) };
    },
  };
}

function phonePart(carriers: readonly string[], tel: string | null, text: Text): MethodPart {
  const carrier = carrierField(carriers, null, text);
  const phone = phoneField(tel, text);
  return {
    fields: [carrier, phone],
    elements: [carrier.element, phone.element],
    read: () => ({ carrier: carrier.value() ?? '', phone: digitsOf(phone.control.value) }),
  };
}

export function carrierField(carriers: readonly string[], chosen: string | null, { words: w }: Text) {
  const choices = carriers.map((value) => ({ value, text: value }));
  return radioField({ label: w.carrier }, choices, chosen, w.pick(w.carrier));
}

export function phoneField(tel: string | null, { words: w }: Text) {
  return inputField(
    { label: w.phone, hint: w.phoneHint },
    { type: 'tel', inputmode: 'numeric', maxlength: 16, value: tel && digitsOf(tel) },
    (value) => (/^\d{10,11}$/.test(digitsOf(value)) ? null : w.badPhone),
  );
}

export function digitsOf(text: string): string {
  return text.replace(/[^0-9]/g, '');
}
