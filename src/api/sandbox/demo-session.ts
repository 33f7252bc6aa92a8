import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { memberRoles } from '../../core/members/permissions.ts';
import { demoKeyPair } from '../../core/merchants/demo-key-pair.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { isFromThisMachine, openSession } from '../console/session-answer.ts';
import { ChoiceField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import { requireOwnPage } from '../foundation/session-cookie.ts';
import { ConsoleSessionView } from '../views/console-session.ts';
import type { ControlPlane } from './control-plane.ts';

/** Whoever sits at the machine that a sandbox runs on may look around in the demo merchant's console, as anybody of its house. */
export function demoSessionRoutes(app: FastifyInstance, { services }: ControlPlane): void {
  defineRoute(app, {
    method: 'POST',
    url: '/console/api/demo-session',
    operationId: 'openDemoSession',
    tag: 'console',
    summary: "Signs in as a member of the demo merchant's, without a password, on the sandbox's own machine.",
    body: Type.Object({
      role: Type.Optional(
        ChoiceField(memberRoles, { description: 'Default: its owner. Each role is a person of its own.' }),
      ),
    }),
    response: ConsoleSessionView,
    refusals: ['demo_session_refused', 'csrf_wrong'],
    authenticate: false,
    example: { body: { role: 'owner' } },
    async handler({ body, request, reply }) {
      requireOwnPage(request);
      const merchant = await services.merchants.byKey(demoKeyPair.impKey);
      if (!merchant || !isFromThisMachine(request)) throw new Refusal('demo_session_refused');
      const role = body.role ?? 'owner';
      const member = await services.members.putWithoutPassword(
        merchant.id,
        `${role}@demo.invalid`,
        `demo ${role}`,
        role,
      );
      return openSession(services, { request, reply }, member);
    },
  });
}
