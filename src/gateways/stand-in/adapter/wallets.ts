import { validatorOf } from '../../../platform/json/validator.ts';
import type { Wallets } from '../../../port/wallet.ts';
import { MemberValue, PointsValue } from '../wire/protocol.ts';
import type { Exchange } from './exchange.ts';
import { preparationFields } from './messages.ts';

const points = validatorOf(PointsValue);
const member = validatorOf(MemberValue);

export function walletsOver(ask: Exchange['ask']): Required<Wallets> {
  return {
    support: 'undocumented',
    readPoints: (call, login) =>
      ask(call, 'read_points', { ...login }, (value) =>
        points.Check(value) ? { pointsMinor: BigInt(value.points) } : undefined,
      ),
    prepare: (call, preparation, isNew) =>
      ask(call, isNew ? 'create_preparation' : 'change_preparation', preparationFields(preparation), (value) =>
        typeof value === 'boolean' ? value : undefined,
      ),
    deleteMember: (call, asked) =>
      ask(call, 'delete_member', { ...asked }, (value) =>
        member.Check(value) && value.memberId === asked.memberId
          ? {
              memberId: value.memberId,
              insertedAt: new Date(value.insertedAt * 1000),
              updatedAt: new Date(value.updatedAt * 1000),
            }
          : undefined,
      ),
    deleteAutopayKey: (call, customerUid) => ask(call, 'delete_autopay_key', { customerUid }, nothing),
    releaseBiometrics: (call, memberId) => ask(call, 'release_biometrics', { memberId }, nothing),
  };
}

/** An answer that tells only that it was done. */
export function nothing(value: unknown): null | undefined {
  return value === null ? null : undefined;
}
