import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Member } from '../../core/members/member.ts';
import type { Session } from '../../core/members/sessions.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { defineRoute } from '../foundation/route.ts';
import {
  BegunAuthenticatorView,
  EnrolledView,
  PasskeyOptionsView,
  RecoveryCodesView,
  SecondFactorsView,
  SecondFactorView,
  viewSecondFactor,
} from '../views/second-factor.ts';
import { relyingPartyOf } from './relying-party.ts';
import { CodeField, PasskeyField } from './second-step.ts';
import { ownSession, PasswordField } from './sessions.ts';

const tag = 'console';
const FactorId = Type.Object({ factor_id: Type.String({ maxLength: 64 }) });
const NameField = Type.String({ maxLength: 60 });
const ofOneself = { tag, authenticate: true, onlyMembers: true, ignoresTier: true, permission: 'read' } as const;

/** A member's own second factors. */
export function consoleFactorRoutes(app: FastifyInstance, services: Services): void {
  const { secondFactors, passkeyCeremonies, consoleSettings, sessions } = services;

  /** Nobody who has come by an open browser makes a way in for themselves, or takes the owner's away. */
  function requireFreshProof({ proof }: Session): void {
    if (!proof.isFresh && (proof.hasFactor || proof.hasPassword)) throw new Refusal('step_up_required');
  }

  /** Browsers that came in by the password alone are no longer enough. */
  async function endOthersOnFirst({ id, member, proof }: Session): Promise<void> {
    if (!proof.hasFactor) await sessions.end(member.id, { allBut: id });
    await sessions.prove(member.id, id);
  }

  defineRoute(app, {
    ...ofOneself,
    method: 'GET',
    url: '/console/api/factors',
    operationId: 'listSecondFactors',
    summary: "The member's second factors.",
    response: SecondFactorsView,
    refusals: [],
    isForEnrolment: true,
    async handler({ request }) {
      const { member, proof } = ownSession({ request });
      const [list, left, settings] = await Promise.all([
        secondFactors.list(member.id),
        secondFactors.recoveryCodesLeft(member.id),
        consoleSettings.read(member.merchantId),
      ]);
      return {
        list: list.map(viewSecondFactor),
        recovery_codes_left: left,
        has_password: proof.hasPassword,
        is_required: settings.secondFactorRequired,
      };
    },
  });

  defineRoute(app, {
    ...ofOneself,
    method: 'POST',
    url: '/console/api/factors/totp',
    operationId: 'beginAuthenticator',
    summary: 'A secret for an authenticator, which counts once its first code has been shown.',
    response: BegunAuthenticatorView,
    refusals: ['step_up_required'],
    isForEnrolment: true,
    async handler({ request }) {
      const session = ownSession({ request });
      requireFreshProof(session);
      const { id, secret, uri } = await secondFactors.beginTotp(session.member);
      return { factor_id: id, secret, uri };
    },
  });

  defineRoute(app, {
    ...ofOneself,
    method: 'POST',
    url: '/console/api/factors/totp/:factor_id/confirm',
    operationId: 'confirmAuthenticator',
    summary: 'The first code of an authenticator: from now on it is asked for.',
    description: 'With the first factor come recovery codes, and all other sessions of the member end.',
    params: FactorId,
    body: Type.Object({ code: CodeField, name: Type.Optional(NameField) }),
    response: EnrolledView,
    refusals: ['step_up_required', 'factor_not_found', 'factor_wrong', 'factors_too_many'],
    isForEnrolment: true,
    example: { body: { code: '123456', name: '내 전화' } },
    async handler({ params, body, request, audit }) {
      const session = ownSession({ request });
      requireFreshProof(session);
      const name = nameOf(body.name, session.member);
      const enrolled = await secondFactors.confirmTotp(session.member, params.factor_id, body.code, name);
      await endOthersOnFirst(session);
      audit({ subject: session.member.email, after: { kind: 'totp', name } });
      return { factor: viewSecondFactor(enrolled.factor), recovery_codes: enrolled.recoveryCodes };
    },
  });

  defineRoute(app, {
    ...ofOneself,
    method: 'POST',
    url: '/console/api/factors/passkey-options',
    operationId: 'beginPasskey',
    summary: 'For the browser to make a passkey.',
    response: PasskeyOptionsView,
    refusals: ['step_up_required', 'passkeys_unavailable'],
    isForEnrolment: true,
    async handler({ request }) {
      const session = ownSession({ request });
      requireFreshProof(session);
      const party = relyingPartyOf(services, request);
      return { options: { ...(await passkeyCeremonies.beginEnrolment(party, session.member)) } };
    },
  });

  defineRoute(app, {
    ...ofOneself,
    method: 'POST',
    url: '/console/api/factors/passkey',
    operationId: 'addPasskey',
    summary: 'A passkey that the browser has made: from now on it lets the member in.',
    body: Type.Object({ name: Type.Optional(NameField), passkey: PasskeyField }),
    response: EnrolledView,
    refusals: ['step_up_required', 'passkeys_unavailable', 'factor_wrong', 'factor_taken', 'factors_too_many'],
    isForEnrolment: true,
    example: { body: { name: '내 노트북', passkey: { id: 'AQID', rawId: 'AQID', type: 'public-key', response: {} } } },
    async handler({ body, request, audit }) {
      const session = ownSession({ request });
      requireFreshProof(session);
      const name = nameOf(body.name, session.member);
      const made = await passkeyCeremonies.endEnrolment(
        relyingPartyOf(services, request),
        session.member,
        body.passkey,
      );
      const enrolled = await secondFactors.addPasskey(session.member, { ...made, name });
      await endOthersOnFirst(session);
      audit({ subject: session.member.email, after: { kind: 'passkey', name } });
      return { factor: viewSecondFactor(enrolled.factor), recovery_codes: enrolled.recoveryCodes };
    },
  });

  defineRoute(app, {
    ...ofOneself,
    method: 'PUT',
    url: '/console/api/factors/:factor_id',
    operationId: 'renameSecondFactor',
    summary: 'Gives a second factor another name.',
    params: FactorId,
    body: Type.Object({ name: NameField }),
    response: SecondFactorView,
    refusals: ['factor_not_found'],
    example: { body: { name: '새 전화' } },
    async handler({ params, body, request }) {
      const { member } = ownSession({ request });
      const renamed = await secondFactors.rename(member.id, params.factor_id, nameOf(body.name, member));
      if (!renamed) throw new Refusal('factor_not_found');
      return viewSecondFactor(renamed);
    },
  });

  defineRoute(app, {
    ...ofOneself,
    method: 'POST',
    url: '/console/api/factors/:factor_id/remove',
    operationId: 'removeSecondFactor',
    summary: 'Takes a second factor away; the last one, and the recovery codes with it, by the password.',
    params: FactorId,
    body: Type.Object({ password: Type.Optional(PasswordField) }),
    response: SecondFactorView,
    refusals: ['step_up_required', 'factor_not_found', 'factor_is_last', 'password_wrong', 'too_many_sign_ins'],
    example: { body: { password: 'correct horse battery' } },
    async handler({ params, body, request, audit }) {
      const session = ownSession({ request });
      requireFreshProof(session);
      const { member, proof } = session;
      if (body.password) await requirePassword(services, session, body.password, request.ip);
      // Nobody's password opens a demo member, who then needs none.
      const mayBeLast = !proof.hasPassword || body.password !== undefined;
      const removed = await secondFactors.remove(member.id, params.factor_id, mayBeLast);
      if (!removed) throw new Refusal('factor_not_found');
      audit({ subject: member.email, before: { kind: removed.kind, name: removed.name } });
      return viewSecondFactor(removed);
    },
  });

  defineRoute(app, {
    ...ofOneself,
    method: 'POST',
    url: '/console/api/factors/recovery-codes',
    operationId: 'makeRecoveryCodes',
    summary: 'Fresh recovery codes in place of those that were there.',
    response: RecoveryCodesView,
    refusals: ['step_up_required', 'factor_not_found'],
    async handler({ request }) {
      const session = ownSession({ request });
      if (!session.proof.hasFactor) throw new Refusal('factor_not_found');
      requireFreshProof(session);
      return { recovery_codes: await secondFactors.newRecoveryCodes(session.member.id) };
    },
  });
}

/** The member's own, guessed at no more often than at the sign-in. Whoever has come by an open browser guesses here. */
export async function requirePassword(
  { guessLimits, members }: Services,
  { member }: Session,
  password: string,
  address: string,
): Promise<void> {
  if (!(await guessLimits.take(member.email, address))) throw new Refusal('too_many_sign_ins');
  const same = await members.byPassword(member.email, password);
  if (same?.id !== member.id) throw new Refusal('password_wrong');
  await guessLimits.forget(member.email);
}

function nameOf(given: string | undefined, member: Member): string {
  return given?.trim() || member.email;
}
