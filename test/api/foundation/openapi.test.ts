import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { AmountField, ChoiceField, StringListField, TextField } from '../../../src/api/foundation/fields.ts';
import { defineRoute } from '../../../src/api/foundation/route.ts';
import { errorRegistry } from '../../../src/platform/errors/registry.ts';
import { echoApplication } from './echo-application.ts';

interface Content {
  readonly schema: { readonly oneOf?: readonly unknown[]; readonly properties?: Record<string, object> };
  readonly example?: unknown;
  readonly examples?: Record<string, { readonly value: unknown }>;
}
interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[];
  readonly requestBody?: { readonly required: boolean; readonly content: Record<string, Content> };
  readonly responses: Record<string, { readonly description: string; readonly content: Record<string, Content> }>;
  readonly security: readonly object[];
  readonly 'x-hwanbul-permission'?: string | null;
}
interface Document {
  readonly openapi: string;
  readonly info: { readonly version: string };
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly securitySchemes: Record<string, object> };
}

let app: FastifyInstance;
let document: Document;

before(async () => {
  ({ app } = await echoApplication({}, (app) => {
    defineRoute(app, {
      method: 'POST',
      url: '/things/:thing_id',
      operationId: 'changeThing',
      tag: 'things',
      summary: 'Changes a thing.',
      params: Type.Object({ thing_id: TextField({ maxLength: 32 }), absent: Type.Optional(TextField()) }),
      query: Type.Object({ imp_uid: StringListField(), page: Type.Optional(Type.Integer()) }),
      headers: Type.Object({ 'Idempotency-Key': Type.Optional(TextField({ maxLength: 300 })) }),
      body: Type.Object({ amount: AmountField(), kind: Type.Optional(ChoiceField(['a', 'b'])) }),
      response: Type.Object({ amount: Type.Number(), note: Type.Union([Type.String(), Type.Null()]) }),
      otherStatuses: [207],
      refusals: ['already_cancelled', 'payment_not_found', 'not_supported_by_gateway'],
      authenticate: true,
      example: { body: { amount: 1000 }, response: { amount: 1000, note: null } },
      handler: async () => ({ amount: 1, note: null }),
    });
    defineRoute(app, {
      method: 'DELETE',
      url: '/members-only',
      operationId: 'forMembers',
      tag: 'things',
      summary: 'For people alone.',
      response: Type.Null(),
      refusals: [],
      authenticate: true,
      onlyMembers: true,
      permission: 'members',
      handler: async () => null,
    });
  }));
  document = (await app.inject('/openapi.json')).json();
});
after(() => app.close());

function described(): Operation {
  const operation = document.paths['/things/{thing_id}']?.post;
  assert.ok(operation);
  return operation;
}

test('the document is valid OpenAPI 3.1, as plain JSON rather than in the envelope', async () => {
  const { valid, errors } = await new Validator().validate(structuredClone({ ...document }));
  assert.ok(valid, `the document is not valid: ${JSON.stringify(errors)}`);
  assert.match(document.openapi, /^3\.1\./);
  assert.equal(document.info.version, '1.2.3');
});

test('every route is in it once, without the HEAD routes and pages that come with them', () => {
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method} ${path}`),
  );
  assert.deepEqual(operations.sort(), [
    'delete /echo/{id}',
    'delete /members-only',
    'get /echo/{id}',
    'post /echo/{id}',
    'post /things/{thing_id}',
  ]);
});

test('parameters stand where they are sent, a list in a query by its PHP name', () => {
  const parameters = described().parameters?.map(({ name, in: where, required }) => [where, name, required ?? false]);
  assert.deepEqual(parameters?.sort(), [
    ['header', 'Idempotency-Key', false],
    ['header', 'Tier', false],
    ['path', 'thing_id', true],
    ['query', 'imp_uid[]', true],
    ['query', 'page', false],
  ]);
});

test('a body is described as JSON, as a form and as multipart, with its example', () => {
  const { required, content } = described().requestBody ?? assert.fail();
  assert.equal(required, true);
  assert.deepEqual(Object.keys(content), [
    'application/json',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
  ]);
  assert.deepEqual(content['application/json']?.example, { amount: 1000 });
  assert.deepEqual(content['application/json']?.schema.properties?.amount, { type: 'number', format: 'decimal' });
});

test('an answer is described within the envelope, beside the refusals that have its HTTP status', () => {
  const { responses } = described();
  const success = responses['200']?.content['application/json'] ?? assert.fail();
  assert.equal(success.schema.oneOf?.length, 2);
  assert.deepEqual(success.examples?.success?.value, {
    code: 0,
    message: null,
    response: { amount: 1000, note: null },
  });
  assert.deepEqual(success.examples?.already_cancelled?.value, {
    code: 1,
    message: '이미 전액취소된 주문입니다.',
    response: null,
  });
  assert.ok(responses['207']);
  assert.deepEqual(Object.keys(responses['404']?.content['application/json']?.examples ?? {}), ['payment_not_found']);
});

test('what the foundation refuses is listed without the route saying so', () => {
  const codesOf = ({ responses }: Operation) =>
    Object.values(responses).flatMap(({ content }) => Object.keys(content['application/json']?.examples ?? {}));
  const codes = new Set(codesOf(described()));
  for (const code of ['unauthorized', 'parameter_missing', 'parameter_too_long', 'body_too_large', 'internal_error']) {
    assert.ok(codes.has(code), code);
  }
  const open = new Set(codesOf(document.paths['/echo/{id}']?.get ?? assert.fail()));
  assert.ok(!open.has('unauthorized'));
  for (const [code, { status }] of Object.entries(errorRegistry)) {
    const examples = described().responses[status]?.content['application/json']?.examples;
    assert.equal(codes.has(code), examples !== undefined && code in examples, code);
  }
});

test('the token is described in its four places, any of which will do', () => {
  const { session: _session, ...tokens } = document.components.securitySchemes;
  assert.equal(Object.keys(tokens).length, 4);
  assert.deepEqual(
    described().security,
    Object.keys(tokens).map((name) => ({ [name]: [] })),
  );
  assert.deepEqual(document.paths['/echo/{id}']?.get?.security, []);
});

test('what a member needs is said of each operation, and the cookie is one more way in where there is something', () => {
  const ofMembers = document.paths['/members-only']?.delete;
  assert.deepEqual([ofMembers?.security, ofMembers?.['x-hwanbul-permission']], [[{ session: [] }], 'members']);
  assert.equal(described()['x-hwanbul-permission'], null);
  assert.ok(described().responses[403]?.description.includes('csrf_wrong'));
  assert.ok(!('x-hwanbul-permission' in (document.paths['/echo/{id}']?.get ?? {})));
});

test('two routes of one name do not make a document', async () => {
  const { app: broken, lines } = await echoApplication({}, (app) => {
    defineRoute(app, {
      method: 'GET',
      url: '/again',
      operationId: 'echoGET',
      tag: 't',
      summary: 's',
      response: Type.Unknown(),
      refusals: [],
      authenticate: false,
      handler: async () => null,
    });
  });
  assert.equal((await broken.inject('/openapi.json')).statusCode, 500);
  assert.match(lines.join(), /two routes are named echoGET/);
  await broken.close();
});

test('what asks below /docs for something else, or for a part of a file that is not there, is refused in the envelope', async () => {
  const { app: listening } = await echoApplication();
  await listening.listen({ host: '127.0.0.1', port: 0 });
  const { port } = listening.server.address() as AddressInfo;
  // As it is written: a client that makes a URL of it would ask for another path.
  const ask = async (path: string, headers = {}) => {
    const [answer] = await once(
      get({ host: '127.0.0.1', port, path, headers: { connection: 'close', ...headers } }),
      'response',
    );
    answer.resume();
    return [answer.statusCode, answer.headers['x-hwanbul-error']];
  };
  for (const path of ['/docs/../echo/1', '/docs/%2e%2e/echo/1', '/docs/static/..%2f..%2fpackage.json']) {
    assert.deepEqual(await ask(path), [404, 'not_found'], path);
  }
  const style = '/docs/static/swagger-ui.css';
  assert.deepEqual(await ask(style, { range: 'bytes=0-9' }), [206, undefined]);
  for (const headers of [{ range: 'bytes=999999999-' }, { 'if-match': '"another"' }]) {
    assert.deepEqual(await ask(style, headers), [400, 'malformed_request']);
  }
  await listening.close();
});

test('the page at /docs comes whole from the package and may load nothing from elsewhere', async () => {
  const page = await app.inject('/docs');
  assert.equal(page.statusCode, 200);
  assert.match(String(page.headers['content-security-policy']), /default-src 'self'/);
  assert.doesNotMatch(String(page.headers['content-security-policy']), /https?:/);
  const links = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? '');
  assert.ok(links.some((link) => link.endsWith('swagger-ui-bundle.js')));
  for (const link of links) {
    assert.doesNotMatch(link, /^(?:https?:)?\/\//);
    assert.equal((await app.inject(new URL(link, 'http://localhost/docs').pathname)).statusCode, 200, link);
  }
  const start = await app.inject('/docs/static/swagger-initializer.js');
  assert.ok(start.body.includes('"validatorUrl":null'), 'no public host is asked to validate the document');
  assert.ok(start.body.includes("url: resolveUrl('./json')"), 'the document comes from this server');
  for (const path of ['/docs/none', '/docs/static/none.js']) {
    const unknown = await app.inject(path);
    assert.deepEqual([unknown.statusCode, unknown.headers['x-hwanbul-error']], [404, 'not_found'], path);
  }
  const { headers: ofHead } = await app.inject({ method: 'HEAD', url: '/docs/static/swagger-initializer.js' });
  assert.equal(ofHead['content-length'], String(Buffer.byteLength(start.body)));
  assert.equal(start.headers['x-content-type-options'], 'nosniff');
  const style = '/docs/static/swagger-ui.css';
  const { etag = '' } = (await app.inject(style)).headers;
  assert.equal((await app.inject({ url: style, headers: { 'if-none-match': etag } })).statusCode, 304);
  const shown = (await app.inject('/docs/json')).json();
  assert.deepEqual(shown, withoutDetailsOfRefusals());
});

/** What the page shows: of each refusal its description, which names the codes. */
function withoutDetailsOfRefusals(): object {
  const slim = structuredClone(document) as { paths: Record<string, Record<string, Operation>> };
  for (const { responses } of Object.values(slim.paths).flatMap((path) => Object.values(path))) {
    for (const [status, { description }] of Object.entries(responses)) {
      if (Number(status) >= 400) Object.assign(responses, { [status]: { description } });
    }
  }
  return slim;
}
