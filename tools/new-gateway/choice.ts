import { Script } from 'node:vm';
import { type GatewayOperation, gatewayOperations } from '../../src/port/operations.ts';

/** What a new gateway shall be. */
export interface Choice {
  /** The provider, which is the folder as well: `blue_pay`. */
  readonly name: string;
  /** As people write it: `Blue Pay`. */
  readonly title: string;
  readonly operations: ReadonlySet<GatewayOperation>;
}

/** Says in one sentence why there can be no such gateway. */
export class ChoiceError extends Error {
  override readonly name = 'ChoiceError';
}

/** Few gateways have them, or each has them in a form that no skeleton could foresee. */
const addedByHand: readonly GatewayOperation[] = [
  'issue_key',
  'charge_key',
  'revoke_key',
  'pay_from_wallet',
  'register_shipping',
];

/** What a skeleton can have. */
export const skeletonOperations: readonly GatewayOperation[] = gatewayOperations.filter(
  (operation) => !addedByHand.includes(operation),
);

export const defaultOperations = 'cancel';

/** From what was typed. Whether something is in the way in the project is not known here. */
export function readChoice(typed: {
  readonly name: string;
  readonly title: string | undefined;
  readonly operations: string | undefined;
}): Choice {
  const { name } = typed;
  if (!/^[a-z][a-z0-9_]*$/.test(name) || name.length > 40) {
    throw new ChoiceError(`a name is made of a-z, 0-9 and _, begins with a letter, and has at most 40: not "${name}"`);
  }
  if (!isIdentifier(camelCase(name))) throw new ChoiceError(`"${camelCase(name)}" is a word of the language`);
  const title = typed.title ?? titleOf(name);
  // It stands in texts, comments and tables.
  if (!/^[\p{L}\p{N}][\p{L}\p{N} .&()+-]{0,59}$/u.test(title)) {
    throw new ChoiceError(`a title is made of letters, digits, spaces and . & ( ) + -: not "${title}"`);
  }
  return { name, title, operations: readOperations(typed.operations ?? defaultOperations) };
}

function readOperations(typed: string): ReadonlySet<GatewayOperation> {
  const operations = new Set<GatewayOperation>();
  for (const word of typed.split(',')) {
    const operation = gatewayOperations.find((known) => known === word.trim());
    if (!operation) {
      throw new ChoiceError(`there is no operation "${word.trim()}"; known are: ${skeletonOperations.join(', ')}`);
    }
    operations.add(operation);
  }
  const has = (operation: GatewayOperation) => operations.has(operation);
  const byHand = addedByHand.find(has);
  if (byHand) throw new ChoiceError(`the skeleton has no ${byHand}: it is added by hand (docs/adding-a-gateway.md)`);
  if (has('revoke_barcode') && !has('issue_barcode')) {
    throw new ChoiceError('revoke_barcode needs issue_barcode: nothing else makes a barcode');
  }
  if (has('revoke_receipt') && !has('issue_receipt')) {
    throw new ChoiceError('revoke_receipt needs issue_receipt: nothing else makes a receipt');
  }
  if (!['cancel', 'approve', 'issue_vbank', 'issue_barcode'].some((operation) => has(operation as GatewayOperation))) {
    throw new ChoiceError('at least one of cancel, approve, issue_vbank and issue_barcode is needed');
  }
  return operations;
}

/** The parts of the skeleton, and whether this gateway has them. */
export function partsOf(operations: ReadonlySet<GatewayOperation>): ReadonlyMap<string, boolean> {
  const has = (...any: readonly GatewayOperation[]) => any.some((operation) => operations.has(operation));
  const card = has('cancel', 'approve');
  const trans = has('issue_receipt');
  const vbank = has('issue_vbank', 'revoke_vbank');
  const cvs = has('issue_barcode');
  const window = card || trans || vbank;
  return new Map<string, boolean>([
    ...gatewayOperations.map((operation) => [operation, has(operation)] as const),
    // Pay methods.
    ...Object.entries({ card, trans, vbank, cvs }),
    ['window', window],
    ['without_window', !window],
    ['approve_window', window],
    ['banks', trans || vbank],
    ['notices', vbank || cvs],
    ['orders', has('approve', 'issue_vbank', 'issue_barcode', 'issue_receipt')],
    ['receipts', has('issue_receipt')],
    ['refunds', vbank && has('cancel')],
    ['revocations', has('revoke_vbank', 'revoke_barcode')],
    // What the sample call does, where there is no payment to cancel.
    ['sample_approve', !has('cancel') && has('approve')],
    ['sample_issue_vbank', !has('cancel', 'approve') && has('issue_vbank')],
    ['sample_issue_barcode', !has('cancel', 'approve', 'issue_vbank')],
  ]);
}

/** `bluePay` */
export function camelCase(name: string): string {
  const [first = '', ...rest] = wordsOf(name);
  return first + rest.map(capital).join('');
}

/** `BluePay` */
export function pascalCase(name: string): string {
  return capital(camelCase(name));
}

function titleOf(name: string): string {
  return wordsOf(name).map(capital).join(' ');
}

function wordsOf(name: string): string[] {
  return name.split('_').filter((word) => word !== '');
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}

function isIdentifier(word: string): boolean {
  try {
    new Script(`'use strict'; async () => { let ${word}; }`);
    return true;
  } catch {
    return false;
  }
}
