import { pino } from 'pino';
import { createApplication } from '../../api/foundation/application.ts';
import { iamportRoutes } from '../../api/routes.ts';
import type { Services } from '../../core/services.ts';
import { contractOperationOf, nameOf } from './contract.ts';

/** JSON Schema, as far as the server's own description uses it. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly maxLength?: number;
  readonly 'x-digits-max'?: number;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

export interface Described {
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<
    Record<string, { readonly content: { readonly 'application/json': { readonly schema: Schema } } }>
  >;
  readonly description?: string;
  /** Empty where no token is wanted. */
  readonly security: readonly object[];
  readonly 'x-hwanbul-stand-in'?: string;
  readonly 'x-hwanbul-never-answers'?: Readonly<Record<string, string>>;
}

/**
 * What the server's own OpenAPI document says of i'mport's operations, by their names in the contract. An operation with an
 * optional last part is two paths; the one with all parameters counts.
 */
export async function describedOperations(): Promise<ReadonlyMap<string, Described>> {
  const app = createApplication({
    log: pino({ level: 'silent' }),
    version: '0',
    isDraining: () => false,
    authenticate: () => Promise.reject(new Error('nobody asks')),
    findSubStore: async () => undefined,
  });
  // What a route works with is wanted by its handler, and none is called here.
  for (const routes of iamportRoutes) routes(app, {} as Services);
  const { paths = {} } = (await app.inject('/openapi.json')).json<{
    paths?: Record<string, Record<string, unknown>>;
  }>();
  await app.close();
  const described = new Map<string, Described>();
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(methods)) {
      const name = `${method.toUpperCase()} ${path}`;
      const inContract = contractOperationOf(name);
      if (inContract === undefined) throw new Error(`${name} is registered as i'mport's and not in the contract`);
      const contractName = nameOf(inContract);
      if (contractName === name || !described.has(contractName)) described.set(contractName, operation as Described);
    }
  }
  return described;
}
