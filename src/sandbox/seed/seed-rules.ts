import { gateways } from '../../gateways/registry.ts';
import type { SchemaProblem } from '../../platform/json/schema-problems.ts';
import { isKnownCurrency, readAmount } from '../../platform/money/currency.ts';
import type { Capabilities } from '../../port/capabilities.ts';
import { supportOf } from '../../port/capabilities.ts';
import { payMethods } from '../../port/payment.ts';
import { defaultProvider } from '../merchants.ts';
import type { Seed, SeedMerchant, SeedPayment } from './seed.ts';

/** What the problem is about: a field of a payment. */
type FieldProblem = readonly [field: string, problem: string];

/**
 * What the schema can't say: what belongs together, and what the gateways can do. Nothing has been made yet. What is not well
 * formed is passed over; `/merchants` has to be a list.
 */
export function problemsOfPayments(seed: Seed, isWellFormed: (path: string) => boolean): readonly SchemaProblem[] {
  const keys = new Set<string>();
  return seed.merchants.flatMap((merchant, index) => {
    const path = `/merchants/${index}`;
    if (typeof merchant !== 'object' || merchant === null) return [];
    const problems: SchemaProblem[] = [];
    if ((merchant.imp_key === undefined) !== (merchant.imp_secret === undefined)) {
      problems.push({ path, problem: 'must have imp_key and imp_secret, or none of them for the demo merchant' });
    }
    const key = isWellFormed(`${path}/imp_key`) ? (merchant.imp_key?.toLowerCase() ?? 'the demo merchant') : undefined;
    if (key !== undefined && keys.has(key)) problems.push({ path, problem: 'is there twice' });
    if (key !== undefined) keys.add(key);
    return [...problems, ...problemsOfMerchant(merchant, path, isWellFormed)];
  });
}

function problemsOfMerchant(
  merchant: SeedMerchant,
  path: string,
  isWellFormed: (path: string) => boolean,
): SchemaProblem[] {
  const problems: SchemaProblem[] = [];
  const channels = wellFormedIn(merchant.channels, `${path}/channels`, isWellFormed);
  const names = new Set<string>();
  for (const { at, each } of channels) {
    const { name, pg_provider } = each;
    if (!gateways.has(pg_provider)) problems.push({ path: `${at}/pg_provider`, problem: noSuchGateway(pg_provider) });
    if (names.has(name)) problems.push({ path: `${at}/name`, problem: 'is there twice' });
    names.add(name);
  }
  const orders = new Set<string>();
  const named = channels.map(({ each }) => each);
  // A channel that is malformed may be the one that is meant.
  const areAllNamed = named.length === (merchant.channels?.length ?? 0);
  const tiers = wellFormedIn(merchant.tiers, `${path}/tiers`, isWellFormed);
  const codes = new Set<string>();
  for (const { at, each } of tiers) {
    if (codes.has(each.code)) problems.push({ path: `${at}/code`, problem: 'is there twice' });
    codes.add(each.code);
    for (const pg of each.channels ?? []) {
      const [provider = ''] = pg.split('.', 1);
      if (!gateways.has(provider)) problems.push({ path: `${at}/channels`, problem: noSuchGateway(provider) });
    }
  }
  const areAllCodes = tiers.length === (merchant.tiers?.length ?? 0);
  for (const { at, each } of wellFormedIn(merchant.payments, `${path}/payments`, isWellFormed)) {
    const order = `${each.tier ?? ''} ${each.merchant_uid}`;
    if (orders.has(order)) problems.push({ path: `${at}/merchant_uid`, problem: 'is there twice' });
    orders.add(order);
    if (each.tier !== undefined && areAllCodes && !codes.has(each.tier)) {
      problems.push({ path: `${at}/tier`, problem: 'is none of the tiers of the merchant' });
    }
    for (const [field, problem] of problemsOfPayment(each, named, areAllNamed)) {
      problems.push({ path: `${at}/${field}`, problem });
    }
  }
  return problems;
}

function wellFormedIn<T>(
  list: readonly T[] | undefined,
  path: string,
  isWellFormed: (path: string) => boolean,
): readonly { readonly at: string; readonly each: T }[] {
  if (!Array.isArray(list)) return [];
  return list.map((each: T, index) => ({ at: `${path}/${index}`, each })).filter(({ at }) => isWellFormed(at));
}

function problemsOfPayment(
  payment: SeedPayment,
  channels: NonNullable<SeedMerchant['channels']>,
  areAllNamed: boolean,
): readonly FieldProblem[] {
  const { state, pay_method: payMethod, currency = 'KRW' } = payment;
  const problems: FieldProblem[] = [];
  if (payment.channel !== undefined && payment.pg_provider !== undefined) {
    problems.push(['channel', 'excludes pg_provider: give one of them']);
  }
  const channel = channels.find(({ name }) => name === payment.channel);
  const isNamed = payment.channel === undefined || channel !== undefined;
  if (!isNamed && areAllNamed) {
    const names = channels.map(({ name }) => name).join(', ');
    problems.push([
      'channel',
      names === '' ? 'names none: the merchant has no channels' : `must be one of the merchant's channels: ${names}`,
    ]);
  }
  const provider = channel?.pg_provider ?? payment.pg_provider ?? defaultProvider;
  const capabilities = isNamed ? gateways.get(provider)?.gateway.capabilities : undefined;
  if (isNamed && !capabilities && channel === undefined) problems.push(['pg_provider', noSuchGateway(provider)]);
  if (capabilities && !(isKnownCurrency(currency) && capabilities.currencies.includes(currency))) {
    problems.push(['currency', `is not offered by ${provider}, which offers ${capabilities.currencies.join(', ')}`]);
  }
  if (isKnownCurrency(currency)) {
    for (const field of ['amount', 'tax_free', 'cancel_amount'] as const) {
      if (payment[field] !== undefined && !readAmount(payment[field], currency).ok) {
        problems.push([field, `is no amount of ${currency}`]);
      }
    }
  }
  if ((payment.tax_free ?? 0) > payment.amount) problems.push(['tax_free', 'is more than the amount']);
  const ofState = problemOfState(payment, capabilities);
  if (ofState) problems.push(ofState);
  if (capabilities && ofState?.[0] !== 'state' && makingOf(capabilities, payment) === undefined) {
    problems.push(notMade(capabilities, provider, payMethod, state));
  }
  return problems;
}

/** No such payment comes about at the gateway; which ones do, is told. */
function notMade(
  capabilities: Capabilities,
  provider: string,
  payMethod: SeedPayment['pay_method'],
  state: SeedPayment['state'],
): FieldProblem {
  const possible = payMethods.filter((each) => makingOf(capabilities, { pay_method: each, state }) !== undefined);
  const otherwise = possible.length > 0 ? `; these can: ${possible.join(', ')}` : '';
  return state === 'failed' && makingOf(capabilities, { pay_method: payMethod, state: 'paid' }) !== undefined
    ? ['state', `can not be failed for ${payMethod} at ${provider}${otherwise}`]
    : ['pay_method', `can not be made at ${provider} as ${state}: ${payMethod}${otherwise}`];
}

function problemOfState(payment: SeedPayment, capabilities: Capabilities | undefined): FieldProblem | undefined {
  const { state, pay_method: payMethod, amount, cancel_amount: cancelled } = payment;
  if (state === 'ready' && payMethod !== 'vbank' && payMethod !== 'cvs') {
    return ['state', `is only for accounts and barcodes (vbank, cvs), not ${payMethod}`];
  }
  const takesAmount = state === 'partially_cancelled' || state === 'in_doubt';
  if (!takesAmount) {
    return cancelled === undefined
      ? undefined
      : ['cancel_amount', `does not belong to ${state}, only to partially_cancelled and in_doubt`];
  }
  if (state === 'partially_cancelled' && (cancelled === undefined || cancelled >= amount)) {
    return ['cancel_amount', 'must be less than the amount'];
  }
  if ((cancelled ?? amount) > amount) return ['cancel_amount', 'is more than the amount'];
  const isPartial = (cancelled ?? amount) < amount;
  if (isPartial && capabilities && !capabilities.payMethods[payMethod]?.partialCancel) {
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

function noSuchGateway(name: string): string {
  return `must be one of ${[...gateways.keys()].join(', ')}, not ${JSON.stringify(name)}`;
}
