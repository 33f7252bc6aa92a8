import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { newImpUid } from '../../core/payments/identifier.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { amountNumber } from '../../platform/money/currency.ts';
import { withSimulator } from '../../sandbox/simulators.ts';
import { defineRoute, type RouteMethod } from '../foundation/route.ts';
import type { ControlPlane } from './control-plane.ts';

const MemberView = Type.Object({
  member_id: Type.String(),
  money: Type.Integer({ description: 'Prepaid, in won.' }),
  fido: Type.Boolean({ description: 'Are biometrics in use?' }),
  customer_uids: Type.Array(Type.String(), { description: 'With a key for automatic payments.' }),
});

const refusals = [
  'channel_not_found',
  'sandbox_buyer_refused',
  'sandbox_simulator_unavailable',
  'parameter_invalid',
] as const;
const MemberId = Type.Object({ member_id: Type.String({ maxLength: 16 }) });
const Amount = Type.Integer({ minimum: 1, maximum: 999_999_999 });

/** What buyers do in the windows of wallets: they register, charge money, agree to something. */
export function sandboxBuyerRoutes(app: FastifyInstance, plane: ControlPlane): void {
  const { services, simulators } = plane;

  async function act<T>(
    request: FastifyRequest,
    provider: string,
    name: string,
    fields: Readonly<Record<string, string | number>>,
  ): Promise<T> {
    const merchant = await plane.merchantOrDemo(request);
    const channel = await services.channels.choose(merchant.id, { provider });
    const answer = await withSimulator(simulators.of(provider), (control) =>
      control.act<T>({ mid: channel.mid, name, message: fields }),
    );
    if (answer.kind === 'refused') throw new Refusal('sandbox_buyer_refused', { reason: answer.message });
    return answer.result;
  }

  async function memberActs(request: FastifyRequest, name: string, fields: Readonly<Record<string, string | number>>) {
    const member = await act<{
      memberId: string;
      moneyMinor: bigint;
      hasBiometrics: boolean;
      customerUids: readonly string[];
    }>(request, 'kcp_quick', name, fields);
    return {
      member_id: member.memberId,
      money: amountNumber(member.moneyMinor, 'KRW'),
      fido: member.hasBiometrics,
      customer_uids: member.customerUids,
    };
  }

  /** A route of a member that hands over its id alone. */
  function plainRoute(
    method: Extract<RouteMethod, 'GET' | 'POST' | 'PUT'>,
    path: string,
    operationId: string,
    name: string,
    summary: string,
  ): void {
    defineRoute(app, {
      method,
      url: `/sandbox/kcpquick/members/:member_id${path}`,
      operationId,
      tag: 'sandbox',
      summary,
      params: MemberId,
      response: MemberView,
      refusals,
      authenticate: false,
      permission: 'sandbox',
      readsToken: true,
      handler: ({ params, request }) => memberActs(request, name, { memberId: params.member_id }),
    });
  }

  defineRoute(app, {
    method: 'PUT',
    url: '/sandbox/benepia/points/:benepia_user',
    operationId: 'setBenepiaPoints',
    tag: 'sandbox',
    summary: 'Sets what an employee has at Benepia; otherwise everybody begins with 100,000 points.',
    description: 'Every user is known but `nobody`, and every password right but `wrong`.',
    params: Type.Object({ benepia_user: Type.String({ maxLength: 80 }) }),
    body: Type.Object({ point: Type.Integer({ minimum: 0, maximum: 999_999_999 }) }),
    response: Type.Object({ benepia_user: Type.String(), point: Type.Integer() }),
    refusals,
    authenticate: false,
    permission: 'sandbox',
    readsToken: true,
    example: { body: { point: 3000 } },
    async handler({ params, body, request }) {
      await act(request, 'kcp', 'set_points', { user: params.benepia_user, amount: body.point });
      return { benepia_user: params.benepia_user, point: body.point };
    },
  });

  plainRoute('PUT', '', 'registerQuickMember', 'register_member', 'A buyer registers as a member of KCP Quick Pay.');
  plainRoute('GET', '', 'getQuickMember', 'show_member', 'A member of KCP Quick Pay, as the simulator has it.');
  plainRoute('POST', '/fido', 'registerQuickFido', 'register_biometrics', 'A member begins to use biometrics.');

  defineRoute(app, {
    method: 'POST',
    url: '/sandbox/kcpquick/members/:member_id/charge',
    operationId: 'chargeQuickMoney',
    tag: 'sandbox',
    summary: 'A member charges prepaid money, for an order that was prepared (POST /kcpquick/prepare/{merchant_uid}).',
    description: 'A preparation is good for one charge, of its amount where prepaid_auth_yn was Y.',
    params: MemberId,
    body: Type.Object({ merchant_uid: Type.String({ maxLength: 40 }), amount: Amount }),
    response: MemberView,
    refusals,
    authenticate: false,
    permission: 'sandbox',
    readsToken: true,
    example: { body: { merchant_uid: 'q_0', amount: 5000 } },
    handler: ({ params, body, request }) =>
      memberActs(request, 'charge_money', {
        memberId: params.member_id,
        merchantUid: body.merchant_uid,
        amount: body.amount,
      }),
  });

  defineRoute(app, {
    method: 'POST',
    url: '/sandbox/kcpquick/members/:member_id/pin-check',
    operationId: 'checkQuickPin',
    tag: 'sandbox',
    summary: 'A member has just entered the PIN (PinCheck); its imp_uid is good for one payment with money.',
    params: MemberId,
    response: Type.Object({ imp_uid: Type.String() }),
    refusals,
    authenticate: false,
    permission: 'sandbox',
    readsToken: true,
    async handler({ params, request }) {
      const impUid = newImpUid('window');
      await memberActs(request, 'check_pin', { memberId: params.member_id, id: impUid });
      return { imp_uid: impUid };
    },
  });

  defineRoute(app, {
    method: 'POST',
    url: '/sandbox/kcpquick/members/:member_id/autopay',
    operationId: 'agreeToQuickAutopay',
    tag: 'sandbox',
    summary: 'A member agrees to automatic payments with a card (RegisterAutoPay).',
    params: MemberId,
    body: Type.Object({ customer_uid: Type.String({ maxLength: 80 }) }),
    response: MemberView,
    refusals,
    authenticate: false,
    permission: 'sandbox',
    readsToken: true,
    example: { body: { customer_uid: 'card-1' } },
    handler: ({ params, body, request }) =>
      memberActs(request, 'agree_to_autopay', { memberId: params.member_id, customerUid: body.customer_uid }),
  });
}
