import type { GatewayOperation } from '../../port/operations.ts';

/** What a person may have found at the gateway, by the names that the API has for it. */
export type FoundName = 'pg_tid' | 'apply_num' | 'vbank_num' | 'barcode';

export interface FoundField {
  readonly name: FoundName;
  /** Without it the doubt can't be ended as done. */
  readonly isNeeded: boolean;
}

const needed = (name: FoundName): FoundField => ({ name, isNeeded: true });
const useful = (name: FoundName): FoundField => ({ name, isNeeded: false });

/**
 * What a person is asked for who says that an operation was carried out. What was made at the gateway has to be named, or
 * nothing could be done with it later; what was taken back is known by what it was taken from.
 */
export function toldByPerson(kind: GatewayOperation, hasBarcode: boolean): readonly FoundField[] {
  switch (kind) {
    case 'approve':
    case 'charge_key':
    case 'pay_from_wallet':
      return [needed('pg_tid'), useful('apply_num')];
    case 'approve_window':
      // An account's number is needed where an account was asked for, which its kind knows.
      return [needed('pg_tid'), useful('apply_num'), useful('vbank_num')];
    case 'issue_vbank':
      return [needed('pg_tid'), needed('vbank_num')];
    case 'issue_barcode':
      return [needed('pg_tid'), hasBarcode ? useful('barcode') : needed('barcode')];
    case 'issue_receipt':
      return [needed('pg_tid'), needed('apply_num')];
    // These two end by themselves.
    case 'issue_key':
    case 'revoke_key':
    case 'cancel':
    case 'revoke_vbank':
    case 'revoke_barcode':
    case 'revoke_receipt':
      return [useful('pg_tid')];
    case 'register_shipping':
      return [];
  }
}
