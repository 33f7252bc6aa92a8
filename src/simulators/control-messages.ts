import Type, { type Static } from 'typebox';
import { validatorOf } from '../platform/json/validator.ts';
import { carriers } from '../port/certification.ts';
import { escrowStatuses } from '../port/escrow.ts';
import { payMethods } from '../port/payment.ts';
import { faultKinds, faultLimits, faultOperations, scriptKinds } from './faults.ts';
import { latencyMsMax } from './latency.ts';

/**
 * The bodies of the control protocol. Amounts are JSON integers in minor units, times are ISO 8601; a field that is
 * not listed is refused, so that a misspelt fault does not silently do nothing.
 */
const strict = { additionalProperties: false } as const;
const Name = Type.String({ minLength: 1, maxLength: 200 });
const Minor = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const TextOrNull = Type.Union([Type.String({ maxLength: 300 }), Type.Null()]);
const oneOf = <const T extends readonly string[]>(values: T) => Type.Enum([...values] as T[number][]);

export const MerchantMessage = Type.Object(
  { mid: Name, credentials: Type.Record(Type.String(), Type.String()) },
  strict,
);

export const MerchantsMessage = Type.Object({ merchants: Type.Array(MerchantMessage) }, strict);

export const MerchantSettingsMessage = Type.Object(
  { mid: Name, settings: Type.Record(Type.String(), Type.String()) },
  strict,
);

export const WindowPaymentMessage = Type.Object(
  {
    mid: Name,
    /** Absent: one that no payment has yet. */
    orderId: Type.Optional(Name),
    orderName: Type.String({ minLength: 1, maxLength: 300 }),
    payMethod: oneOf(payMethods),
    currency: Type.String({ pattern: '^[A-Z]{3}$' }),
    amountMinor: Minor,
    taxFreeMinor: Minor,
    vatMinor: Minor,
    buyer: Type.Object({ name: TextOrNull, email: TextOrNull, tel: TextOrNull }, strict),
    bankCode: Type.Optional(Name),
    dueAt: Type.Optional(Name),
    cashReceiptIdentifier: Type.Optional(Type.String({ pattern: '^[0-9]{1,30}$' })),
    isEscrow: Type.Optional(Type.Boolean()),
    card: Type.Optional(
      Type.Object(
        {
          code: Type.Union([Type.String({ pattern: '^[0-9]{3}$' }), Type.Null()]),
          installmentMonths: Type.Integer({ minimum: 0, maximum: 60 }),
        },
        strict,
      ),
    ),
    /** What only this gateway's window asks for. */
    terms: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  },
  strict,
);

export const WindowCertificationMessage = Type.Object(
  {
    mid: Name,
    orderId: Name,
    person: Type.Object(
      {
        name: Type.String({ minLength: 1, maxLength: 80 }),
        phone: Type.String({ pattern: '^[0-9]{9,12}$' }),
        birthday: Type.String({ pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' }),
        gender: oneOf(['male', 'female'] as const),
        isForeigner: Type.Boolean(),
        carrier: oneOf(carriers),
        isBudgetCarrier: Type.Boolean(),
      },
      strict,
    ),
  },
  strict,
);

export const AppConfirmationMessage = Type.Object({ mid: Name, orderId: Name }, strict);

export const WindowKeyMessage = Type.Object(
  { ...WindowPaymentMessage.properties, customerUid: Name, customerId: Name },
  strict,
);

/** With a `customerUid` a key is wanted. */
export const WindowAuthenticationMessage = Type.Object(
  { ...WindowPaymentMessage.properties, customerUid: Type.Optional(Name), customerId: Type.Optional(Name) },
  strict,
);

export const DepositMessage = Type.Object(
  {
    mid: Type.Optional(Name),
    orderId: Name,
    amountMinor: Type.Optional(Minor),
    depositorName: Type.Optional(Name),
  },
  strict,
);

export const BarcodePaymentMessage = Type.Object({ mid: Type.Optional(Name), orderId: Name }, strict);

export const RefundResultMessage = Type.Object(
  {
    mid: Type.Optional(Name),
    orderId: Name,
    succeeded: Type.Boolean(),
    /** The gateway's code of the failure. */
    code: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  },
  strict,
);

export const EscrowDecisionMessage = Type.Object(
  {
    mid: Type.Optional(Name),
    orderId: Name,
    status: oneOf(escrowStatuses),
    /** The buyer's own words. */
    reason: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  },
  strict,
);

/** Something that only this gateway's buyers do; its simulator says what it knows of, and reads the message. */
export const ActMessage = Type.Object(
  { name: Name, mid: Type.Optional(Name), message: Type.Record(Type.String(), Type.Unknown()) },
  strict,
);

export const NoticeUrlMessage = Type.Object({ url: Type.String({ pattern: '^http://', maxLength: 300 }) }, strict);

export const ResendMessage = Type.Object({ mid: Type.Optional(Name), orderId: Name }, strict);

const Milliseconds = Type.Integer({ minimum: 0, maximum: latencyMsMax });
const LatencyMessage = Type.Union([
  Type.Object({ distribution: Type.Literal('fixed'), ms: Milliseconds }, strict),
  Type.Object({ distribution: Type.Literal('uniform'), minMs: Milliseconds, maxMs: Milliseconds }, strict),
  Type.Object({ distribution: Type.Literal('exponential'), meanMs: Milliseconds, capMs: Milliseconds }, strict),
]);
const stepFields = {
  delayMs: Type.Optional(Milliseconds),
  latency: Type.Optional(LatencyMessage),
  code: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  message: Type.Optional(Type.String({ maxLength: 500 })),
};
const Digits = Type.String({ pattern: '^[0-9]{1,16}$' });

export const FaultMessage = Type.Object(
  {
    id: Type.Optional(Name),
    mid: Type.Optional(Name),
    operation: oneOf([...faultOperations, 'any'] as const),
    /** Without a kind and without a script: `slow`. */
    kind: Type.Optional(oneOf(faultKinds)),
    ...stepFields,
    script: Type.Optional(
      Type.Array(Type.Object({ kind: oneOf(scriptKinds), ...stepFields }, strict), {
        minItems: 1,
        maxItems: faultLimits.scriptSteps,
      }),
    ),
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: faultLimits.count })),
    probability: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    seed: Type.Optional(Name),
    amountFromMinor: Type.Optional(Minor),
    amountToMinor: Type.Optional(Minor),
    cardPrefix: Type.Optional(Digits),
    cardSuffix: Type.Optional(Digits),
    orderId: Type.Optional(Name),
  },
  strict,
);

/** Without `at`: the merchant's clock is the simulator's again. */
export const ClockMessage = Type.Object({ mid: Name, at: Type.Optional(Name), since: Type.Optional(Name) }, strict);

export const SilenceMessage = Type.Object({ mid: Name, orderId: Name }, strict);

export const ResetMessage = Type.Object({ mid: Type.Optional(Name) }, strict);

export const validators = {
  merchant: validatorOf(MerchantMessage),
  merchants: validatorOf(MerchantsMessage),
  merchantSettings: validatorOf(MerchantSettingsMessage),
  windowPayment: validatorOf(WindowPaymentMessage),
  windowCertification: validatorOf(WindowCertificationMessage),
  appConfirmation: validatorOf(AppConfirmationMessage),
  windowKey: validatorOf(WindowKeyMessage),
  windowAuthentication: validatorOf(WindowAuthenticationMessage),
  deposit: validatorOf(DepositMessage),
  barcodePayment: validatorOf(BarcodePaymentMessage),
  refundResult: validatorOf(RefundResultMessage),
  escrowDecision: validatorOf(EscrowDecisionMessage),
  act: validatorOf(ActMessage),
  noticeUrl: validatorOf(NoticeUrlMessage),
  resend: validatorOf(ResendMessage),
  fault: validatorOf(FaultMessage),
  clock: validatorOf(ClockMessage),
  silence: validatorOf(SilenceMessage),
  reset: validatorOf(ResetMessage),
};

export type WindowPaymentBody = Static<typeof WindowPaymentMessage>;

const minorName = /Minor$/;
const timeName = /At$/;

/** To JSON: `…Minor` as integers, dates as ISO 8601. */
export function encodeMessage(value: unknown): string {
  return JSON.stringify(value, (_name, inner) => (typeof inner === 'bigint' ? Number(inner) : inner));
}

/** From JSON, by the names of the fields: `…Minor` become `bigint`, `…At` and `at` become dates. */
export function decodeMessage(text: string): unknown {
  return JSON.parse(text, (name, inner) => {
    if (minorName.test(name) && typeof inner === 'number') return BigInt(inner);
    if ((timeName.test(name) || name === 'at') && typeof inner === 'string') return new Date(inner);
    return inner;
  });
}
