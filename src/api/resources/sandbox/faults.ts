import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { type Fault, faultKinds, faultOperations } from '../../../gateways/simulator/faults.ts';
import { withSimulator } from '../../../sandbox/simulators.ts';
import { ChoiceField } from '../../foundation/fields.ts';
import { defineRoute } from '../../foundation/route.ts';
import type { ControlPlane } from './control-plane.ts';

const FaultView = Type.Object({
  id: Type.String(),
  pg_provider: Type.String(),
  operation: Type.String(),
  kind: Type.String(),
  count: Type.Integer({ description: 'How often it still strikes.' }),
  delay_ms: Type.Union([Type.Integer(), Type.Null()]),
  code: Type.Union([Type.String(), Type.Null()]),
  message: Type.Union([Type.String(), Type.Null()]),
});

export function sandboxFaultRoutes(app: FastifyInstance, plane: ControlPlane): void {
  const { simulators } = plane;

  defineRoute(app, {
    method: 'POST',
    url: '/sandbox/faults',
    operationId: 'addFault',
    tag: 'sandbox',
    summary: 'The next calls of one operation at a gateway go wrong in a given way.',
    body: Type.Object({
      pg_provider: Type.Optional(Type.String({ description: 'Default tosspayments.' })),
      operation: ChoiceField(faultOperations),
      kind: Type.Union(
        faultKinds.map((kind) => Type.Literal(kind)),
        {
          description: '`lost_answer`: the gateway did it, and the answer never came.',
        },
      ),
      count: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000, description: 'Default 1.' })),
      delay_ms: Type.Optional(Type.Integer({ minimum: 0, maximum: 600_000 })),
      code: Type.Optional(Type.String({ maxLength: 100 })),
      message: Type.Optional(Type.String({ maxLength: 500 })),
    }),
    response: FaultView,
    refusals: ['sandbox_simulator_unavailable'],
    authenticate: false,
    async handler({ body, request }) {
      const simulator = simulators.of(body.pg_provider ?? 'tosspayments');
      const channel = await plane.channelOf(await plane.merchantOf(request), simulator.provider);
      const fault = await withSimulator(simulator, (control) =>
        control.addFault({
          operation: body.operation,
          kind: body.kind,
          ...(channel ? { mid: channel.mid } : {}),
          ...(body.count === undefined ? {} : { count: body.count }),
          ...(body.delay_ms === undefined ? {} : { delayMs: body.delay_ms }),
          ...(body.code ? { code: body.code } : {}),
          ...(body.message ? { message: body.message } : {}),
        }),
      );
      return viewFault(fault, simulator.provider);
    },
  });

  defineRoute(app, {
    method: 'GET',
    url: '/sandbox/faults',
    operationId: 'listFaults',
    tag: 'sandbox',
    summary: 'The faults that have not struck yet.',
    response: Type.Object({ list: Type.Array(FaultView) }),
    refusals: ['sandbox_simulator_unavailable'],
    authenticate: false,
    async handler({ request }) {
      const merchant = await plane.merchantOf(request);
      const lists = await Promise.all(
        simulators.all.map(async (simulator) => {
          const channel = await plane.channelOf(merchant, simulator.provider);
          const faults = await withSimulator(simulator, (control) => control.listFaults(channel?.mid));
          return faults.map((fault) => viewFault(fault, simulator.provider));
        }),
      );
      return { list: lists.flat() };
    },
  });

  defineRoute(app, {
    method: 'DELETE',
    url: '/sandbox/faults',
    operationId: 'clearFaults',
    tag: 'sandbox',
    summary: 'Takes all faults back.',
    response: Type.Object({ list: Type.Array(FaultView) }),
    refusals: ['sandbox_simulator_unavailable'],
    authenticate: false,
    async handler({ request }) {
      const merchant = await plane.merchantOf(request);
      for (const simulator of simulators.all) {
        const channel = await plane.channelOf(merchant, simulator.provider);
        await withSimulator(simulator, (control) => control.clearFaults(channel?.mid));
      }
      return { list: [] };
    },
  });
}

function viewFault(fault: Fault, provider: string) {
  return {
    id: fault.id,
    pg_provider: provider,
    operation: fault.operation,
    kind: fault.kind,
    count: fault.remaining,
    delay_ms: fault.delayMs ?? null,
    code: fault.code ?? null,
    message: fault.message ?? null,
  };
}
