import assert from 'node:assert/strict';
import { relative } from 'node:path/posix';
import { beforeEach, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Check } from 'typebox/schema';
import { type Shown, shownFolder, shownText } from '../../src/documents/surface/shown.ts';
import { type ApiAnswer, type ApiClient, createApiClient } from '../kit/api-client.ts';
import { assertMatchesContract, contractNameOf } from './contract.ts';

export interface Described {
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
}

interface DescribedOperation {
  readonly responses: Readonly<
    Record<string, { readonly content: { readonly 'application/json': { readonly schema: object } } }>
  >;
}

export type Call = (client: ApiClient) => Promise<ApiAnswer>;

/** Calls that are held against the contract and the server's own description, and remembered. */
export interface Observer {
  /** A client of the same merchant whose every answer is looked at. */
  watch(client: ApiClient): ApiClient;
  /**
   * The same client, of whose answers those of our own operations are looked at: i'mport's contract is about programs, which are never
   * told that they may not.
   */
  watchOurs<Client extends ApiClient>(client: Client): Client;
  /** `METHOD /path/{parameter}` of every operation that is described. */
  readonly operations: readonly string[];
  readonly answered: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What a test file sees of the operations; docs/surface.md shows i'mport's. */
export interface SurfaceRecord {
  note(operation: string, answer: ApiAnswer): void;
  /**
   * The file's last test calls it: it fails when something else is seen than the file's record in `test/contract/shown` says. With
   * `--test-update-snapshots` the record is written anew.
   */
  hold(context: TestContext): void;
}

/** Called at the top of a test file, with `import.meta.url`. */
export function recordOf(fileUrl: string): SurfaceRecord {
  const file = relative(fileURLToPath(new URL('../../', import.meta.url)), fileURLToPath(fileUrl));
  const shown = new Map<string, Omit<Shown, 'file'>>();
  let test = '';
  beforeEach((context) => {
    test = 'name' in context ? context.name : '';
  });
  return {
    note(operation, { status, code, error }) {
      const told = status === 200 && code !== 0 ? '200 refused' : String(status);
      const key = `${operation} ${told}`;
      // A walk over all operations shows it of each (test/contract/walks.test.ts).
      if (error !== 'unauthorized' && !shown.has(key)) shown.set(key, { operation, status: told, test });
    },
    hold(context) {
      const name = file
        .replace(/^test\//, '')
        .replace(/\.test\.ts$/, '')
        .replaceAll('/', '-');
      const path = fileURLToPath(new URL(`${name}.txt`, shownFolder));
      context.assert.fileSnapshot(shownText(file, [...shown.values()]), path, { serializers: [String] });
    },
  };
}

/** `METHOD /path/{parameter}` of every operation that is described. */
export function operationsOf(document: Pick<Described, 'paths'>): readonly string[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
}

/** Clients that look at every answer; `record` remembers what a test file has seen of i'mport's operations. */
export async function observe(url: string, record?: SurfaceRecord): Promise<Observer> {
  const text = await (await fetch(`${url}/openapi.json`)).text();
  const document = JSON.parse(text) as Described;
  const operations = operationsOf(document);
  const answered = new Map<string, Set<string>>();

  function look(method: string, path: string, answer: ApiAnswer, isOursOnly: boolean): ApiAnswer {
    const template = templateOf(operations, method, path);
    const name = `${method} ${template}`;
    if (isOursOnly && contractNameOf(name) !== undefined) return answer;
    const seen = answered.get(name) ?? new Set<string>();
    answered.set(name, seen.add(answer.error ?? 'success'));
    assertDescribed(document, method, template, answer);
    const inContract = contractNameOf(name);
    if (inContract !== undefined) assertMatchesContract(method, template, answer.status, answer.text);
    record?.note(inContract ?? name, answer);
    assert.ok(isFile(answer) || answer.headers['content-type'] === 'application/json; charset=UTF-8', name);
    assert.equal(answer.error === undefined, answer.code === 0, `${name}: X-Hwanbul-Error goes with a refusal only`);
    return answer;
  }

  function watch(client: ApiClient, isOursOnly = false): ApiClient {
    return {
      token: client.token,
      url: client.url,
      call: async (method, path, body, headers) =>
        look(method, path, await client.call(method, path, body, headers), isOursOnly),
      get: async (path, headers) => look('GET', path, await client.get(path, headers), isOursOnly),
      post: async (path, body, headers) => look('POST', path, await client.post(path, body, headers), isOursOnly),
      put: async (path, body, headers) => look('PUT', path, await client.put(path, body, headers), isOursOnly),
      delete: async (path, headers) => look('DELETE', path, await client.delete(path, headers), isOursOnly),
      async logIn(impKey, impSecret) {
        const credentials = { imp_key: impKey, imp_secret: impSecret };
        const answer = look('POST', '/users/getToken', await client.post('/users/getToken', credentials), isOursOnly);
        return watch(createApiClient(client.url, answer.response.access_token), isOursOnly);
      },
    };
  }
  return { watch, watchOurs: (client) => ({ ...client, ...watch(client, true) }), operations, answered };
}

/** Paths without parameters come first: `/payments/cancel` is not a payment. */
function templateOf(operations: readonly string[], method: string, path: string): string {
  const [asked = ''] = path.split('?');
  const fitting = operations
    .filter((operation) => operation.startsWith(`${method} `))
    .map((operation) => operation.slice(method.length + 1))
    .filter((template) => new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(asked))
    .sort((one, other) => one.split('{').length - other.split('{').length);
  assert.ok(fitting[0], `${method} ${asked} is described`);
  return fitting[0];
}

const isFile = ({ headers }: ApiAnswer): boolean => headers['content-disposition'] !== undefined;

/** Throws when an answer is not as the server's own document describes it. */
export function assertDescribed(document: Described, method: string, template: string, answer: ApiAnswer): void {
  const described = document.paths[template]?.[method.toLowerCase()]?.responses[answer.status];
  assert.ok(described, `${method} ${template}: the status ${answer.status} is described: ${answer.text}`);
  if (isFile(answer)) {
    assert.ok(Object.hasOwn(described.content, answer.headers['content-type']?.split(';')[0] ?? ''), template);
    return;
  }
  const { schema } = described.content['application/json'];
  // Where its references, `#/components/schemas/…`, lead.
  const isRight = Check({ ...schema, components: document.components }, JSON.parse(answer.text));
  assert.ok(isRight, `${method} ${template}: the answer is as described: ${answer.text}`);
}
