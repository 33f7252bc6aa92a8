import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, type RouteOptions } from 'fastify';
import { Refusal } from '../../platform/errors/refusal.ts';
import { permissionFor } from './member-entrance.ts';
import { describeOperation, parametersOf, refusalComponents } from './openapi-operation.ts';
import type { RouteDescription } from './route.ts';
import { sessionCookie } from './session-cookie.ts';

/** Where clients put the token; any one of the four will do. */
const securitySchemes = {
  token: { type: 'apiKey', in: 'header', name: 'Authorization', description: 'The bare access token.' },
  bearer: { type: 'http', scheme: 'bearer', description: 'The access token after `Bearer`.' },
  tokenHeader: {
    type: 'apiKey',
    in: 'header',
    name: 'X-ImpTokenHeader',
    description: 'Looked at after Authorization.',
  },
  tokenQuery: { type: 'apiKey', in: 'query', name: '_token', description: 'Looked at last.' },
} as const;
const anyToken = Object.keys(securitySchemes).map((scheme) => ({ [scheme]: [] }));
/** Of people, who sign in with `POST /console/api/sign-in`. */
const sessionScheme = {
  type: 'apiKey',
  in: 'cookie',
  name: sessionCookie,
  description:
    'A session of the console. What changes something also needs the header `X-Hwanbul-CSRF` with `csrf` of `GET /console/api/session`, and the permission that `x-hwanbul-permission` of the operation names. A token wins over it.',
} as const;

function securityOf(operation: RouteDescription): readonly Readonly<Record<string, readonly string[]>>[] {
  const session = permissionFor(operation) === undefined ? [] : [{ session: [] }];
  if (operation.onlyMembers) return session;
  if (operation.authenticate) return [...anyToken, ...session];
  return [];
}

/** Nothing of the page comes from elsewhere, and nothing may. Swagger UI sets styles on elements. */
const pagePolicy =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'self'; frame-ancestors 'self'";

/** Of the connection to whoever asks, who is asked by the server itself. */
const headersOfConnection: ReadonlySet<string> = new Set(['connection', 'date', 'keep-alive', 'transfer-encoding']);

/**
 * Adds `GET /openapi.json`, made of the routes' own definitions, the page at `/docs` that shows it, and the way there from `/`. What makes them
 * is loaded when somebody asks: hardly any server is asked, and every start would wait for it.
 */
export function addDescription(
  app: FastifyInstance,
  version: string,
  bodyExamples: Readonly<Record<string, object>>,
): void {
  const operations: RouteDescription[] = [];
  app.addHook('onRoute', (route) => {
    const operation = operationOf(route);
    if (operation !== undefined) operations.push(operation);
  });
  let description: Promise<FastifyInstance> | undefined;
  const show = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    description ??= describe(operations, version, bodyExamples).catch((error) => {
      description = undefined;
      throw error;
    });
    // For HEAD as well, whose answer has the length of that to GET.
    const { statusCode, headers, payload, rawPayload } = await (await description).inject({
      url: request.url,
      headers: request.headers,
    });
    if (statusCode === 404) throw new Refusal('not_found');
    // A range or a condition that its files can't meet.
    if (statusCode >= 400 && statusCode < 500) throw new Refusal('malformed_request');
    if (statusCode >= 500) throw new Error(`the description can't be made: ${payload}`);
    const passed = Object.entries(headers).filter(([name]) => !headersOfConnection.has(name));
    return reply.code(statusCode).headers(Object.fromEntries(passed)).send(rawPayload);
  };
  app.get('/', (_request, reply) => reply.redirect('/docs'));
  for (const url of ['/openapi.json', '/docs', '/docs/*']) app.get(url, show);
  app.addHook('onClose', async () => (await description?.catch(() => undefined))?.close());
}

/** An application of its own, whose routes are the page and the document of these operations. */
async function describe(
  routes: readonly RouteDescription[],
  version: string,
  bodyExamples: Readonly<Record<string, object>>,
): Promise<FastifyInstance> {
  const [{ default: swagger }, { default: swaggerUi }] = await Promise.all([
    import('@fastify/swagger'),
    import('@fastify/swagger-ui'),
  ]);
  const app = Fastify({ routerOptions: { ignoreTrailingSlash: true } });
  const operations = new Map<string, RouteDescription>();
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Hwanbul',
        version,
        description:
          "A self-hosted payment server that speaks the i'mport (PortOne V1) REST API. Get a token from `POST /users/getToken` and put it into Authorize. A business failure is HTTP 200 with a `code` other than 0; the stable code of every refusal is in the header `X-Hwanbul-Error`.",
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } as { name: string },
      },
      servers: [{ url: '/' }],
      components: { securitySchemes: { ...securitySchemes, session: sessionScheme } },
    },
    transform: ({ schema, url, route }) => {
      const operation = operationOf(route);
      if (operation === undefined) return { schema: { ...schema, hide: true }, url };
      if (operations.has(operation.operationId)) throw new Error(`two routes are named ${operation.operationId}`);
      operations.set(operation.operationId, operation);
      return { schema: { ...parametersOf(operation), security: securityOf(operation) }, url };
    },
    transformObject: (made) => {
      if (!('openapiObject' in made)) throw new Error('the description is not made for OpenAPI 3');
      return complete(
        made.openapiObject as unknown as Document,
        operations,
        bodyExamples,
      ) as unknown as typeof made.openapiObject;
    },
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: pagePolicy,
    // The page would otherwise ask a public host to validate the document. More than a hundred operations are shown by group.
    uiConfig: { validatorUrl: null, docExpansion: 'none', deepLinking: true, persistAuthorization: true } as object,
    transformSpecification: (document) => forReaders(document as unknown as Document),
    transformSpecificationClone: true,
  });

  for (const operation of routes) {
    const { method, url } = operation;
    app.route({ method, url, config: { operation }, handler: notHere });
  }
  let text: string | undefined;
  app.get('/openapi.json', (_request, reply) => {
    text ??= JSON.stringify(app.swagger());
    return reply.header('content-type', 'application/json; charset=UTF-8').send(text);
  });
  await app.ready();
  return app;
}

/** The routes are there to be described. A path such as `/docs/../payments` leads to one, since a URL is made of it on the way. */
function notHere(_request: FastifyRequest, reply: FastifyReply): void {
  reply.callNotFound();
}

/** Fastify adds a route for HEAD to each one for GET; the description leaves it out. */
function operationOf(route: RouteOptions): RouteDescription | undefined {
  const operation = route.config?.operation;
  return operation !== undefined && route.method === operation.method ? operation : undefined;
}

interface Document {
  components: { schemas?: object; headers?: object };
  readonly paths: Record<string, Record<string, { operationId: string; [key: string]: unknown }>>;
}

/** The page takes many seconds to work through what no reader looks at: the same refusals, with examples, at every operation. */
function forReaders(document: Document): Document {
  for (const item of Object.values(document.paths)) {
    for (const operation of Object.values(item)) {
      const { responses } = operation as unknown as { responses: Record<string, { readonly description: string }> };
      for (const [status, { description }] of Object.entries(responses)) {
        if (Number(status) >= 400) responses[status] = { description };
      }
    }
  }
  return document;
}

/** Bodies and answers are put in here, as the plugin knows neither forms beside JSON nor several answers of one status. */
function complete(
  document: Document,
  operations: ReadonlyMap<string, RouteDescription>,
  bodyExamples: Readonly<Record<string, object>>,
): Document {
  const { schemas, headers } = refusalComponents;
  document.components = { ...document.components, schemas: { ...document.components.schemas, ...schemas }, headers };
  for (const item of Object.values(document.paths)) {
    for (const described of Object.values(item)) {
      const operation = operations.get(described.operationId);
      if (operation === undefined) continue;
      const example = bodyExamples[operation.operationId] ?? operation.example?.body;
      Object.assign(described, describeOperation(operation, example));
    }
  }
  return document;
}
