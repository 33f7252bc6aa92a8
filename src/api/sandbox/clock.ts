import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { mainStoreOf } from '../../core/merchants/sub-stores.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import { readTime, seoulTime } from '../../platform/clock/seoul-time.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { Happening } from '../../sandbox/clocks/due-things.ts';
import { type ClockMove, latestClock, moveClock, releaseClock } from '../../sandbox/clocks/move-clock.ts';
import { IntegerField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import { type ClockAnswer, ClockMovedView, ClockView, type HappeningAnswer, happenedMax } from '../views/clock.ts';
import type { ControlPlane } from './control-plane.ts';

export function sandboxClockRoutes(app: FastifyInstance, plane: ControlPlane): void {
  const { heldClocks } = plane;

  const viewClock = (merchantId: bigint): ClockAnswer => {
    const now = heldClocks.of(merchantId).now();
    return { now: unixSeconds(now), now_in_seoul: seoulTime(now), held: heldClocks.heldAt(merchantId) !== undefined };
  };
  /** A sub-store has the clock of its main store. */
  const merchantIdOf = async (request: FastifyRequest): Promise<bigint> =>
    mainStoreOf(await plane.merchantOrDemo(request));

  defineRoute(app, {
    method: 'GET',
    url: '/sandbox/clock',
    operationId: 'readClock',
    tag: 'sandbox',
    summary: "The merchant's time.",
    response: ClockView,
    refusals: [],
    authenticate: false,
    readsToken: true,
    async handler({ request }) {
      return viewClock(await merchantIdOf(request));
    },
  });

  defineRoute(app, {
    method: 'POST',
    url: '/sandbox/clock',
    operationId: 'moveClock',
    tag: 'sandbox',
    summary: "Sets the merchant's clock, or advances it, and holds it there.",
    description:
      'Everything of this merchant goes by it, at its gateways too. What falls due on the way happens, each at its own time, ' +
      'before the call returns; webhooks are repeated by it, too. Limits and leases stay in real time.',
    body: Type.Object({
      at: Type.Optional(
        Type.String({ maxLength: 40, description: 'Seconds since 1970, or ISO 8601 (without an offset: Seoul).' }),
      ),
      advance_seconds: Type.Optional(IntegerField({ minimum: 0, maximum: unixSeconds(latestClock) })),
    }),
    response: ClockMovedView,
    refusals: [
      'sandbox_clock_backwards',
      'sandbox_clock_busy',
      'sandbox_clock_unfinished',
      'sandbox_simulator_unavailable',
    ],
    authenticate: false,
    permission: 'sandbox',
    readsToken: true,
    example: { body: { advance_seconds: 86_400 } },
    async handler({ body, request }) {
      const merchantId = await merchantIdOf(request);
      const happened = await moveClock(plane, merchantId, readMove(body));
      return {
        ...viewClock(merchantId),
        happened: happened.slice(0, happenedMax).map(viewHappening),
        happened_count: happened.length,
      };
    },
  });

  defineRoute(app, {
    method: 'DELETE',
    url: '/sandbox/clock',
    operationId: 'releaseClock',
    tag: 'sandbox',
    summary: "The merchant's clock runs with real time again.",
    response: ClockView,
    refusals: ['sandbox_clock_busy', 'sandbox_simulator_unavailable'],
    authenticate: false,
    permission: 'sandbox',
    readsToken: true,
    async handler({ request }) {
      const merchantId = await merchantIdOf(request);
      await releaseClock(plane, merchantId);
      return viewClock(merchantId);
    },
  });
}

function readMove(body: { readonly at?: string; readonly advance_seconds?: number }): ClockMove {
  if (body.at && body.advance_seconds !== undefined) {
    throw new Refusal('parameter_invalid', { name: 'at', expected: 'advance_seconds 없이 단독으로 사용' });
  }
  if (body.advance_seconds !== undefined) return { seconds: body.advance_seconds };
  if (!body.at) throw new Refusal('parameter_missing', { name: 'at' });
  const to = /^\d{1,11}$/.test(body.at) ? new Date(Number(body.at) * 1000) : readTime(body.at);
  if (!to) throw new Refusal('parameter_invalid', { name: 'at', expected: 'UNIX timestamp 또는 ISO 8601' });
  return { to };
}

function viewHappening({ at, kind, impUid, provider, amountMinor }: Happening): HappeningAnswer {
  return {
    at: unixSeconds(at),
    kind,
    imp_uid: impUid,
    pg_provider: provider,
    amount: amountMinor === null ? null : Number(amountMinor),
  };
}
