import { Type } from 'typebox';
import { factorKinds, type SecondFactor } from '../../core/members/second-factors.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import type { Answer } from '../foundation/answer.ts';
import { ChoiceField } from '../foundation/fields.ts';
import { OrNull, UnixTime } from './fields.ts';

export const SecondFactorView = Type.Object({
  factor_id: Type.String(),
  kind: ChoiceField(factorKinds, { description: 'An authenticator with codes (TOTP), or a passkey.' }),
  name: Type.String(),
  created_at: UnixTime,
  last_used_at: UnixTime,
});

const RecoveryCodes = Type.Array(Type.String(), {
  description: 'Each opens once, in place of a second factor. They are shown now and never again.',
});

export const SecondFactorsView = Type.Object({
  list: Type.Array(SecondFactorView),
  recovery_codes_left: Type.Integer(),
  has_password: Type.Boolean(),
  is_required: Type.Boolean({ description: 'The store asks its members for a second factor.' }),
});

export const BegunAuthenticatorView = Type.Object({
  factor_id: Type.String(),
  secret: Type.String({ description: 'For an authenticator that reads no QR code, in Base32.' }),
  uri: Type.String({ description: 'What the QR code says: otpauth://…' }),
});

export const EnrolledView = Type.Object({
  factor: SecondFactorView,
  recovery_codes: OrNull(RecoveryCodes),
});

export const RecoveryCodesView = Type.Object({ recovery_codes: RecoveryCodes });

/** For the browser's own functions, as WebAuthn has it. */
export const PasskeyOptionsView = Type.Object({
  options: Type.Record(Type.String(), Type.Unknown(), {
    description: '`publicKey` of navigator.credentials, with its bytes as base64url.',
  }),
});

export type SecondFactorAnswer = Answer<typeof SecondFactorView>;
export type SecondFactorsAnswer = Answer<typeof SecondFactorsView>;
export type BegunAuthenticatorAnswer = Answer<typeof BegunAuthenticatorView>;
export type EnrolledAnswer = Answer<typeof EnrolledView>;
export type RecoveryCodesAnswer = Answer<typeof RecoveryCodesView>;
export type PasskeyOptionsAnswer = Answer<typeof PasskeyOptionsView>;

export function viewSecondFactor(factor: SecondFactor): SecondFactorAnswer {
  return {
    factor_id: factor.id,
    kind: factor.kind,
    name: factor.name,
    created_at: unixSeconds(factor.createdAt),
    last_used_at: unixSeconds(factor.usedAt),
  };
}
