import { gateways } from '../../gateways/registry.ts';
import { isKnownCurrency, readAmount } from '../../platform/money/currency.ts';
import type { Capabilities } from '../../port/capabilities.ts';
import { supportOf } from '../../port/capabilities.ts';
import { defaultProvider } from '../merchants.ts';
import type { Seed, SeedMerchant, SeedPayment, SeedProblem } from './seed.ts';

/** What the schema can't say: what belongs together, and what the gateways can do. Nothing has been made yet. */
export function problemsOfPayments(seed: Seed): readonly SeedProblem[] {
  const keys = new Set<string>();
  return seed.merchants.flatMap((merchant, index) => {
    const path = `/merchants/${index}`;
    const problems: SeedProblem[] = [];
    if ((merchant.imp_key === undefined) !== (merchant.imp_secret === undefined)) {
      problems.push({ path, problem: 'must have imp_key and imp_secret, or none of them for the demo merchant' });
    }
    const key = merchant.imp_key?.toLowerCase() ?? 'the demo merchant';
    if (keys.has(key)) problems.push({ path, problem: 'is there twice' });
    keys.add(key);
    return [...problems, ...problemsOfMerchant(merchant, path)];
  });
}

function problemsOfMerchant(merchant: SeedMerchant, path: string): SeedProblem[] {
  const problems: SeedProblem[] = [];
  const names = new Set<string>();
  for (const [index, { name, pg_provider }] of (merchant.channels ?? []).entries()) {
    if (!gateways.has(pg_provider)) {
      problems.push({ path: `${path}/channels/${index}/pg_provider`, problem: `must be one of ${known()}` });
    }
    if (names.has(name)) problems.push({ path: `${path}/channels/${index}/name`, problem: 'is there twice' });
    names.add(name);
  }
  const orders = new Set<string>();
  for (const [index, payment] of (merchant.payments ?? []).entries()) {
    const at = `${path}/payments/${index}`;
    if (orders.has(payment.merchant_uid)) problems.push({ path: `${at}/merchant_uid`, problem: 'is there twice' });
    orders.add(payment.merchant_uid);
    const [field, problem] = problemOfPayment(payment, merchant) ?? [];
    if (problem !== undefined) problems.push({ path: `${at}/${field}`, problem });
  }
  return problems;
}

function problemOfPayment(payment: SeedPayment, merchant: SeedMerchant): readonly [string, string] | undefined {
  const { state, pay_method: payMethod, currency = 'KRW' } = payment;
  if (payment.channel !== undefined && payment.pg_provider !== undefined) return ['channel', 'excludes pg_provider'];
  const channel = merchant.channels?.find(({ name }) => name === payment.channel);
  if (payment.channel !== undefined && !channel) return ['channel', 'is not one of the channels of the merchant'];
  const provider = channel?.pg_provider ?? payment.pg_provider ?? defaultProvider;
  const capabilities = gateways.get(provider)?.gateway.capabilities;
  if (!capabilities) return ['pg_provider', `must be one of ${known()}`];
  if (!isKnownCurrency(currency) || !capabilities.currencies.includes(currency)) {
    return ['currency', `is not offered by ${provider}`];
  }
  for (const field of ['amount', 'tax_free', 'cancel_amount'] as const) {
    if (payment[field] !== undefined && !readAmount(payment[field], currency).ok)
      return [field, `is no amount of ${currency}`];
  }
  if ((payment.tax_free ?? 0) > payment.amount) return ['tax_free', 'is more than the amount'];
  if (makingOf(capabilities, payment) === undefined) {
    return [
      state === 'failed' ? 'state' : 'pay_method',
      `can not be made at ${provider}: ${payMethod}${state === 'failed' ? ' that failed' : ''}`,
    ];
  }
  return problemOfState(payment, capabilities);
}

function problemOfState(payment: SeedPayment, capabilities: Capabilities): readonly [string, string] | undefined {
  const { state, pay_method: payMethod, amount, cancel_amount: cancelled } = payment;
  if (state === 'ready' && payMethod !== 'vbank' && payMethod !== 'cvs') {
    return ['state', 'is only for accounts and barcodes'];
  }
  const takesAmount = state === 'partially_cancelled' || state === 'in_doubt';
  if (!takesAmount) return cancelled === undefined ? undefined : ['cancel_amount', `does not belong to ${state}`];
  if (state === 'partially_cancelled' && (cancelled === undefined || cancelled >= amount)) {
    return ['cancel_amount', 'must be less than the amount'];
  }
  if ((cancelled ?? amount) > amount) return ['cancel_amount', 'is more than the amount'];
  const isPartial = (cancelled ?? amount) < amount;
  if (isPartial && !capabilities.payMethods[payMethod]?.partialCancel) {
    return ['cancel_amount', 'is a partial cancel, which this gateway does not offer for this pay method'];
  }
  return undefined;
}

/** The way in which such a payment comes about; `undefined`: in none. */
export function makingOf(
  capabilities: Capabilities,
  { pay_method: payMethod, state }: Pick<SeedPayment, 'pay_method' | 'state'>,
): 'pay_in_window' | 'approve' | 'issue_vbank' | 'issue_barcode' | undefined {
  const can = (operation: Parameters<typeof supportOf>[2]): boolean =>
    supportOf(capabilities, payMethod, operation) !== 'unsupported';
  // A buyer whose payment fails in a window leaves nothing behind at the gateway; an approval by number does.
  if (payMethod === 'card' && state === 'failed') return can('approve') ? 'approve' : undefined;
  const isWaiting = payMethod === 'vbank' || payMethod === 'cvs';
  const canFail = !isWaiting || can(payMethod === 'vbank' ? 'revoke_vbank' : 'revoke_barcode');
  if (state === 'failed' && !(isWaiting && canFail)) return undefined;
  if (can('pay_in_window')) return 'pay_in_window';
  if (payMethod === 'card' && can('approve')) return 'approve';
  if (payMethod === 'vbank' && can('issue_vbank')) return 'issue_vbank';
  return payMethod === 'cvs' && can('issue_barcode') ? 'issue_barcode' : undefined;
}

function known(): string {
  return [...gateways.keys()].join(', ');
}
