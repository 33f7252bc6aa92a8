import type { GatewayCall } from '../../../port/call.ts';
import type { Inquiry, OperationAt } from '../../../port/operations.ts';
import type { Outcome } from '../../../port/outcome.ts';
import type { Revoked } from '../../../port/revocation.ts';
import { outcomeOf, type Revised, type Revision, revisedOf } from './answers.ts';
import { receiptRevocationFields, revise, revocationFields } from './requests.ts';
import { readRevision, settle, unknown } from './status.ts';

export const revokeAccount: OperationAt<'revoke_vbank'> = {
  async send(call, request) {
    const { gatewayTid: pgCno } = request;
    if (pgCno === null) return { kind: 'never_sent', why: 'the payment’s number at KICC is not known' };
    return revoke(call, { pgCno, amountMinor: null }, revocationFields(request));
  },

  async inquire(call, { gatewayTid: pgCno }, sentAt) {
    if (pgCno === null) return unknown('the payment’s number at KICC is not known');
    return inquireRevocation(call, { pgCno, amountMinor: null }, sentAt);
  },
};

export const revokeReceipt: OperationAt<'revoke_receipt'> = {
  send(call, request) {
    const { receiptTid: pgCno, amountMinor } = request;
    return revoke(call, { pgCno, amountMinor }, receiptRevocationFields(request));
  },

  inquire: (call, { receiptTid: pgCno, amountMinor }, sentAt) =>
    inquireRevocation(call, { pgCno, amountMinor }, sentAt),
};

async function revoke(
  call: GatewayCall,
  revision: Revision,
  fields: Readonly<Record<string, unknown>>,
): Promise<Outcome<Revoked>> {
  return outcomeOf(call, await revise(call, revision.pgCno, fields), (answer) => {
    const revised = revisedOf(call, revision, answer);
    return revised && { kind: 'confirmed', result: revokedOf(revised) };
  });
}

function inquireRevocation(call: GatewayCall, revision: Revision, sentAt: Date): Promise<Inquiry<Revoked>> {
  const read = readRevision<Revoked>(call, revision, (revised) => ({ kind: 'done', result: revokedOf(revised) }));
  return settle(call, sentAt, read, { onlyToday: false });
}

function revokedOf({ cancelPgCno, at }: Revised): Revoked {
  return { gatewayTid: cancelPgCno, revokedAt: at };
}
