import Type, { type Static, type TSchema } from 'typebox';
import { validatorOf } from '../../../../platform/json/validator.ts';
import { type Book, integer } from '../../../../simulators/book.ts';
import { type Act, type ControlContext, SimulatorRefusal } from '../../../../simulators/definition.ts';
import { standInCodes } from '../../wire/codes.ts';
import { StandInRefusal } from '../refusal.ts';
import { balanceOf, setBalance } from './accounts.ts';
import { memberState, registerMember, requireMember, touchMember } from './members.ts';

const Id = Type.String({ minLength: 1, maxLength: 80 });
const Amount = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Member = { memberId: Id };

/** What only buyers do, in the window: the control protocol's. All but the first are answered with the member as it is then. */
export const pointsActs: Readonly<Record<string, Act>> = {
  set_points: act(Type.Object({ user: Id, amount: Amount }), ({ user, amount }, { book, mid }) => {
    setBalance(book, mid, { kind: 'points', owner: user }, BigInt(amount));
    return {};
  }),
};

export const memberActs: Readonly<Record<string, Act>> = {
  register_member: act(Type.Object(Member), ({ memberId }, { book, mid, now }) => {
    registerMember(book, mid, memberId, now);
    return memberState(book, mid, memberId);
  }),
  show_member: act(Type.Object(Member), ({ memberId }, { book, mid }) => memberState(book, mid, memberId)),
  /** Wants a preparation, and its amount where one was authenticated; a preparation is good for one charge. */
  charge_money: act(
    Type.Object({ ...Member, merchantUid: Id, amount: Amount }),
    ({ memberId, merchantUid, amount }, { book, mid, now }) => {
      touchMember(book, mid, memberId, now);
      usePreparation(book, mid, merchantUid, BigInt(amount));
      const account = { kind: 'money', owner: memberId } as const;
      setBalance(book, mid, account, balanceOf(book, mid, account) + BigInt(amount));
      return memberState(book, mid, memberId);
    },
  ),
  /** Without a preparation: for tests that want a balance. */
  give_money: act(Type.Object({ ...Member, amount: Amount }), ({ memberId, amount }, { book, mid, now }) => {
    touchMember(book, mid, memberId, now);
    setBalance(book, mid, { kind: 'money', owner: memberId }, BigInt(amount));
    return memberState(book, mid, memberId);
  }),
  check_pin: act(Type.Object({ ...Member, id: Id }), ({ memberId, id }, { book, mid }) => {
    requireMember(book, mid, memberId);
    book.run('insert into wallet_pin_checks (mid, id, member_id) values (?, ?, ?)', mid, id, memberId);
    return memberState(book, mid, memberId);
  }),
  agree_to_autopay: act(
    Type.Object({ ...Member, customerUid: Id }),
    ({ memberId, customerUid }, { book, mid, now }) => {
      touchMember(book, mid, memberId, now);
      book.run(
        `insert into wallet_autopay_keys (mid, customer_uid, member_id) values (?1, ?2, ?3)
       on conflict (mid, customer_uid) do update set member_id = ?3`,
        mid,
        customerUid,
        memberId,
      );
      return memberState(book, mid, memberId);
    },
  ),
  register_biometrics: act(Type.Object(Member), ({ memberId }, { book, mid, now }) => {
    touchMember(book, mid, memberId, now);
    book.run('update wallet_members set has_biometrics = 1 where mid = ? and member_id = ?', mid, memberId);
    return memberState(book, mid, memberId);
  }),
};

function usePreparation(book: Book, mid: string, merchantUid: string, amountMinor: bigint): void {
  const row = book.get(
    'select * from wallet_preparations where mid = ? and merchant_uid = ? and charged = 0',
    mid,
    merchantUid,
  );
  if (!row) throw new StandInRefusal('S606');
  if (row.authenticated !== null && integer(row, 'authenticated') !== amountMinor) throw new StandInRefusal('S607');
  book.run('update wallet_preparations set charged = 1 where mid = ? and merchant_uid = ?', mid, merchantUid);
}

function act<S extends TSchema>(schema: S, carryOut: (fields: Static<S>, context: ControlContext) => object): Act {
  const validator = validatorOf(schema);
  return (fields, { mid, contextOf }) => {
    if (mid === null || !validator.Check(fields)) throw new SimulatorRefusal('S400', standInCodes.S400.message);
    try {
      return carryOut(fields as Static<S>, contextOf(mid));
    } catch (error) {
      if (error instanceof StandInRefusal) throw new SimulatorRefusal(error.code, error.message);
      throw error;
    }
  };
}
