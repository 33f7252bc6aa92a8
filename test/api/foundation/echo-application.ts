import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { Type } from 'typebox';
import { type ApplicationOptions, createApplication } from '../../../src/api/foundation/application.ts';
import {
  AmountField,
  BooleanField,
  ChoiceField,
  IntegerField,
  ObjectField,
  StringListField,
  TextField,
} from '../../../src/api/foundation/fields.ts';
import { defineRoute } from '../../../src/api/foundation/route.ts';
import { tokenOf } from '../../../src/api/foundation/token.ts';
import { Refusal } from '../../../src/platform/errors/refusal.ts';

export const goodToken = 'a'.repeat(40);

export const EchoFields = {
  reason: Type.Optional(TextField({ maxLength: 5 })),
  count: Type.Optional(IntegerField({ minimum: 1, maximum: 1000 })),
  sandbox: Type.Optional(BooleanField()),
  amount: Type.Optional(AmountField()),
  imp_uid: Type.Optional(StringListField()),
  extra: Type.Optional(ObjectField()),
  kind: Type.Optional(ChoiceField(['person', 'company'])),
  nested: Type.Optional(Type.Object({ requester: Type.Optional(ChoiceField(['customer', 'admin'])) })),
};

/** The whole application with routes that answer what reached their handler. Its log lines end up in `lines`. */
export async function echoApplication(
  options: Partial<ApplicationOptions> = {},
  addRoutes: (app: FastifyInstance) => void = () => {},
): Promise<{ app: FastifyInstance; lines: string[] }> {
  const lines: string[] = [];
  const app = createApplication({
    log: pino({ level: 'info' }, { write: (line: string) => void lines.push(line) }),
    version: '1.2.3',
    isDraining: () => false,
    authenticate: async (request) => {
      if (tokenOf(request) !== goodToken) throw new Refusal('unauthorized');
      return { id: 7n, name: 'shop' };
    },
    findSubStore: async () => undefined,
    ...options,
  });
  for (const method of ['GET', 'POST', 'DELETE'] as const) {
    defineRoute(app, {
      method,
      url: '/echo/:id',
      operationId: `echo${method}`,
      tag: 'echo',
      summary: 'Answers what it was given.',
      params: Type.Object({ id: TextField() }),
      query: Type.Object(EchoFields),
      body: Type.Object(EchoFields),
      response: Type.Unknown(),
      refusals: [],
      authenticate: false,
      handler: async ({ params, query, body }) => ({ params, query, body }),
    });
  }
  addRoutes(app);
  await app.ready();
  return { app, lines };
}
