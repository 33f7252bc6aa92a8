import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { defineRoute } from '../foundation/route.ts';
import { PasskeyOptionsView } from '../views/second-factor.ts';
import { requirePassword } from './factors.ts';
import { relyingPartyOf } from './relying-party.ts';
import { CodeField, PasskeyField, takeCode } from './second-step.ts';
import { ownSession, PasswordField } from './sessions.ts';

const ofOneself = {
  tag: 'console',
  authenticate: true,
  onlyMembers: true,
  ignoresTier: true,
  permission: 'read',
} as const;

/** Who sits there shows once more who it is, without signing in anew. */
export function consoleStepUpRoutes(app: FastifyInstance, services: Services): void {
  const { sessions, passkeyCeremonies } = services;

  defineRoute(app, {
    ...ofOneself,
    method: 'POST',
    url: '/console/api/step-up/passkey-options',
    operationId: 'beginPasskeyStepUp',
    summary: 'What a passkey is asked to sign for a step-up.',
    response: PasskeyOptionsView,
    refusals: ['passkeys_unavailable'],
    isForEnrolment: true,
    async handler({ request }) {
      const { member } = ownSession({ request });
      const party = relyingPartyOf(services, request);
      return { options: { ...(await passkeyCeremonies.begin(party, 'step_up', member.id)) } };
    },
  });

  defineRoute(app, {
    ...ofOneself,
    method: 'POST',
    url: '/console/api/step-up',
    operationId: 'stepUp',
    summary: 'Shows a second factor again, or the password where there is none. It counts for five minutes.',
    body: Type.Object({
      code: Type.Optional(CodeField),
      passkey: Type.Optional(PasskeyField),
      password: Type.Optional(PasswordField),
    }),
    response: Type.Null(),
    refusals: ['factor_wrong', 'too_many_codes', 'password_wrong', 'too_many_sign_ins', 'passkeys_unavailable'],
    isForEnrolment: true,
    example: { body: { code: '123456' } },
    async handler({ body, request }) {
      const session = ownSession({ request });
      const { id, member, proof } = session;
      if (body.code) await takeCode(services, member.id, body.code);
      else if (body.passkey) {
        await passkeyCeremonies.end(relyingPartyOf(services, request), 'step_up', member.id, body.passkey);
      } else if (body.password && !proof.hasFactor) await requirePassword(services, session, body.password, request.ip);
      else throw new Refusal('factor_wrong');
      await sessions.prove(member.id, id);
      return null;
    },
  });
}
