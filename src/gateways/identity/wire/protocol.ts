import Type, { type Static } from 'typebox';
import { validatorOf } from '../../../platform/json/validator.ts';
import { carriers } from '../../../port/certification.ts';
import { standInPrefix } from '../../stand-in/wire/protocol.ts';

/**
 * JSON over HTTP, signed as the stand-in of payments is. None of it is any provider's. Times are seconds since 1970,
 * birthdays `YYYY-MM-DD`.
 */
export const identityPaths = {
  request: `${standInPrefix}certifications/request`,
  confirm: `${standInPrefix}certifications/confirm`,
  inquire: `${standInPrefix}certifications/inquire`,
} as const;

const Id = Type.String({ minLength: 1, maxLength: 80 });
const OrNull = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Birthday = Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' });
const Gender = Type.Union([Type.Literal('male'), Type.Literal('female')]);
const Phone = Type.String({ pattern: '^[0-9]{9,12}$' });
const CarrierName = Type.Enum([...carriers]);

const asked = {
  mid: Id,
  /** A repeat gets the first answer, for ever: a person is sent one code, and a try counts once. */
  requestId: Id,
  orderId: Id,
};

export const PersonMessage = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 80 }),
  phone: Phone,
  birthday: Birthday,
  gender: Gender,
  isForeigner: Type.Boolean(),
  carrier: CarrierName,
  isBudgetCarrier: Type.Boolean(),
});
export const RequestMessage = Type.Object({
  ...asked,
  person: PersonMessage,
  method: Type.Union([Type.Literal('sms'), Type.Literal('app')]),
  company: OrNull(Type.String({ maxLength: 100 })),
});
export const ConfirmMessage = Type.Object({
  ...asked,
  transactionId: Id,
  code: OrNull(Type.String({ minLength: 1, maxLength: 20 })),
});
/** Moves nothing. */
export const InquireMessage = Type.Object({ mid: Id, orderId: Id });

const CertifiedMessage = Type.Object({
  transactionId: Id,
  name: Type.String({ minLength: 1 }),
  birthday: Birthday,
  gender: OrNull(Gender),
  isForeigner: Type.Boolean(),
  /** What this merchant is told of it. */
  foreigner: OrNull(Type.Boolean()),
  phone: OrNull(Phone),
  carrier: OrNull(Type.Enum([...carriers, ...carriers.map((carrier) => `${carrier}_MVNO` as const)])),
  uniqueKey: Type.String({ minLength: 88, maxLength: 88 }),
  uniqueInSite: OrNull(Type.String({ minLength: 1, maxLength: 66 })),
  certifiedAt: Type.Integer({ minimum: 0, maximum: 8_640_000_000_000 }),
});
export type CertifiedMessage = Static<typeof CertifiedMessage>;

const RequestedAnswer = Type.Object({ resultCode: Type.Literal('0000'), transactionId: Id });
const ConfirmedAnswer = Type.Object({ resultCode: Type.Literal('0000'), person: CertifiedMessage });
const FoundAnswer = Type.Object({
  resultCode: Type.Literal('0000'),
  state: Type.Union([Type.Literal('open'), Type.Literal('over'), Type.Literal('certified'), Type.Literal('not_found')]),
  person: OrNull(CertifiedMessage),
});

export const readers = {
  requested: validatorOf(RequestedAnswer),
  confirmed: validatorOf(ConfirmedAnswer),
  found: validatorOf(FoundAnswer),
};
