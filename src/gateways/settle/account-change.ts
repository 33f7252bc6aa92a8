import { readSeoulDigits, seoulDigits } from '../../clock/seoul-time.ts';
import type { GatewayCall, Outcome } from '../gateway.ts';
import { amountIn, outcomeOf } from './answers.ts';
import { hectoCodes, paths } from './codes.ts';
import { decryptField } from './crypto.ts';
import { encrypt, type HectoRequest, numberOfMovingNothing, packet, send } from './requests.ts';

/** What an account that waits for its deposit shall be from now on. Hecto names it by its number alone. */
export interface VirtualAccountChange {
  /** KFTC's three-digit code. */
  readonly bankCode: string;
  /** Digits only. */
  readonly accountNumber: string;
  /** Was it issued with a number of the merchant's own (`fixedKey`)? */
  readonly isFixed: boolean;
  readonly amountMinor: bigint;
  readonly dueAt: Date;
}

export interface ChangedVirtualAccount {
  readonly amountMinor: bigint;
  readonly dueAt: Date;
}

/**
 * Changes the amount and the end of an account (chapter 16, `A1`). Not part of the port: Hecto is the only gateway that
 * offers it. The same change twice is the same as once, so that a repeat is always safe.
 */
export async function changeVirtualAccount(
  call: GatewayCall,
  change: VirtualAccountChange,
): Promise<Outcome<ChangedVirtualAccount>> {
  const request = changePacket(call, change);
  return outcomeOf(call, request, await send(call, request), (answer) => {
    const dueAt = readSeoulDigits(answer.field('expireDate'));
    const isOurs =
      decryptField(call.channel.credentials.aesKey ?? '', answer.field('vAcntNo')) === change.accountNumber &&
      amountIn(call, answer, 'trdAmt') === change.amountMinor &&
      answer.field('expireDate') === request.data.expireDate;
    return isOurs && dueAt ? { amountMinor: change.amountMinor, dueAt } : undefined;
  });
}

function changePacket(call: GatewayCall, change: VirtualAccountChange): HectoRequest {
  const amount = String(change.amountMinor);
  return packet(call, {
    path: paths.account,
    method: 'VA',
    bizType: 'A1',
    mchtTrdNo: numberOfMovingNothing(call),
    hashed: amount,
    data: {
      bankCd: hectoCodes.bankCode(change.bankCode) ?? change.bankCode,
      vAcntNo: encrypt(call, change.accountNumber),
      expireDate: seoulDigits(change.dueAt),
      trdAmt: encrypt(call, amount),
      acntType: change.isFixed ? '2' : '1',
    },
  });
}
