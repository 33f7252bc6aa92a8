import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { Refusal } from '../../platform/errors/refusal.ts';
import { type SandboxSimulator, withSimulator } from '../../sandbox/simulators.ts';
import { defineRoute } from '../foundation/route.ts';
import { ClearedFaultView, FaultListView, FaultView } from '../views/fault.ts';
import type { ControlPlane } from './control-plane.ts';
import { FaultBody, readFault } from './fault-fields.ts';
import { viewFault } from './view-fault.ts';

export function sandboxFaultRoutes(app: FastifyInstance, plane: ControlPlane): void {
  const { simulators } = plane;

  /** Every simulator, with the MID that the merchant of the request has there; without a token with none. */
  async function simulatorsFor(
    request: FastifyRequest,
    provider?: string,
  ): Promise<{ readonly simulator: SandboxSimulator; readonly mid: string | undefined }[]> {
    const merchant = await plane.merchantOf(request);
    const wanted = provider === undefined || provider === 'any' ? simulators.all : [simulators.of(provider)];
    return Promise.all(
      wanted.map(async (simulator) => {
        const channel = await plane.channelOf(merchant, simulator.provider);
        return { simulator, mid: channel?.mid };
      }),
    );
  }

  async function clear(request: FastifyRequest, id: string | undefined): Promise<number> {
    const counts = (await simulatorsFor(request)).map(({ simulator, mid }) =>
      withSimulator(simulator, (control) =>
        control.clearFaults({ ...(mid === undefined ? {} : { mid }), ...(id === undefined ? {} : { id }) }),
      ),
    );
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  }

  defineRoute(app, {
    method: 'POST',
    url: '/sandbox/faults',
    operationId: 'addFault',
    tag: 'sandbox',
    summary: 'The next calls of one operation at a gateway go wrong in a given way.',
    description:
      'Of several faults that fit a request, the oldest strikes. With `pg_provider` = `any` the answer shows the first.',
    body: FaultBody,
    response: FaultView,
    refusals: ['sandbox_simulator_unavailable'],
    authenticate: false,
    permission: 'sandbox',
    readsToken: true,
    example: { body: { pg_provider: 'tosspayments', operation: 'cancel', kind: 'lost_answer' } },
    async handler({ body, request }) {
      const targets = await simulatorsFor(request, body.pg_provider ?? 'tosspayments');
      const id = body.id || randomUUID();
      const seed = body.seed || randomUUID().slice(0, 8);
      const views = [];
      for (const { simulator, mid } of targets) {
        const fault = readFault({ ...body, id, seed }, mid);
        const added = await withSimulator(simulator, (control) => control.addFault(fault));
        views.push(viewFault(added, simulator.provider));
      }
      const [view] = views;
      if (!view) throw new Error('there is no simulator');
      return view;
    },
  });

  defineRoute(app, {
    method: 'GET',
    url: '/sandbox/faults',
    operationId: 'listFaults',
    tag: 'sandbox',
    summary: 'The faults that have not run out, at one gateway or at all.',
    query: Type.Object({ pg_provider: Type.Optional(Type.String()) }),
    response: FaultListView,
    refusals: ['sandbox_simulator_unavailable'],
    authenticate: false,
    readsToken: true,
    async handler({ query, request }) {
      const lists = (await simulatorsFor(request, query.pg_provider)).map(async ({ simulator, mid }) => {
        const faults = await withSimulator(simulator, (control) => control.listFaults(mid));
        return faults.map((fault) => viewFault(fault, simulator.provider));
      });
      return { list: (await Promise.all(lists)).flat() };
    },
  });

  defineRoute(app, {
    method: 'DELETE',
    url: '/sandbox/faults',
    operationId: 'clearFaults',
    tag: 'sandbox',
    summary: 'Takes all faults back.',
    response: FaultListView,
    refusals: ['sandbox_simulator_unavailable'],
    authenticate: false,
    permission: 'sandbox',
    readsToken: true,
    async handler({ request }) {
      await clear(request, undefined);
      return { list: [] };
    },
  });

  defineRoute(app, {
    method: 'DELETE',
    url: '/sandbox/faults/:id',
    operationId: 'clearFault',
    tag: 'sandbox',
    summary: 'Takes one fault back.',
    params: Type.Object({ id: Type.String() }),
    response: ClearedFaultView,
    refusals: ['sandbox_fault_not_found', 'sandbox_simulator_unavailable'],
    authenticate: false,
    permission: 'sandbox',
    readsToken: true,
    async handler({ params, request }) {
      if ((await clear(request, params.id)) === 0) throw new Refusal('sandbox_fault_not_found');
      return { id: params.id };
    },
  });
}
