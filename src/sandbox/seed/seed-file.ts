import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { isMap, isNode, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { payMethods } from '../../port/payment.ts';
import { problemsOfPayments } from './seed-rules.ts';

const strict = { additionalProperties: false } as const;
const oneOf = <const T extends readonly string[]>(values: T) => Type.Enum([...values] as T[number][]);
const Text = (maxLength: number) => Type.String({ minLength: 1, maxLength });

export const seedStates = ['paid', 'ready', 'partially_cancelled', 'cancelled', 'failed', 'in_doubt'] as const;

const SeedPayment = Type.Object(
  {
    merchant_uid: Text(40),
    /** A channel of the merchant by its name, or the test channel of a gateway; default: the merchant's default channel. */
    channel: Type.Optional(Text(80)),
    pg_provider: Type.Optional(Text(40)),
    pay_method: oneOf(payMethods),
    amount: Type.Number({ exclusiveMinimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
    tax_free: Type.Optional(Type.Number({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
    currency: Type.Optional(Type.String({ pattern: '^[A-Z]{3}$' })),
    state: oneOf(seedStates),
    /** Of what is cancelled, or in doubt. */
    cancel_amount: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: Number.MAX_SAFE_INTEGER })),
    name: Type.Optional(Text(100)),
    buyer_name: Type.Optional(Text(16)),
    buyer_email: Type.Optional(Text(64)),
    buyer_tel: Type.Optional(Text(16)),
    custom_data: Type.Optional(Type.String({ maxLength: 10_000 })),
  },
  strict,
);

const SeedMerchant = Type.Object(
  {
    /** Both or none; without them it is the demo merchant. */
    imp_key: Type.Optional(Type.String({ pattern: '^[0-9A-Za-z_-]{4,64}$' })),
    imp_secret: Type.Optional(Text(200)),
    name: Type.Optional(Text(80)),
    webhook_url: Type.Optional(Type.String({ pattern: '^https?://', maxLength: 2000 })),
    webhook_format: Type.Optional(oneOf(['json', 'form'] as const)),
    webhook_retry: Type.Optional(Type.Boolean()),
    webhook_secret: Type.Optional(Text(200)),
    /** Besides the test channel of each gateway, which every merchant of a sandbox has. */
    channels: Type.Optional(
      Type.Array(Type.Object({ name: Text(80), pg_provider: Text(40) }, strict), { maxItems: 50 }),
    ),
    payments: Type.Optional(Type.Array(SeedPayment, { maxItems: 10_000 })),
  },
  strict,
);

const SeedFile = Type.Object({ merchants: Type.Array(SeedMerchant, { maxItems: 100 }) }, strict);
const validator = Compile(SeedFile);

export type SeedPayment = Static<typeof SeedPayment>;
export type SeedMerchant = Static<typeof SeedMerchant>;
export type Seed = Static<typeof SeedFile>;

/** Where something is wrong in a seed file: a JSON pointer, and what about it. */
export interface SeedProblem {
  readonly path: string;
  readonly problem: string;
}

export const seedBytesMax = 5 * 1024 * 1024;
const problemsMax = 20;

export class SeedError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.slice(0, problemsMax).join('; '));
    this.name = 'SeedError';
    this.problems = problems;
  }
}

/** Reads YAML, or JSON, which is YAML too. Throws a `SeedError` that names the line and the path of every mistake. */
export function readSeed(text: string): Seed {
  if (Buffer.byteLength(text) > seedBytesMax) throw new SeedError([`the seed is larger than ${seedBytesMax} bytes`]);
  const lines = new LineCounter();
  // Aliases are not expanded without end: a few lines could ask for more memory than there is.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    throw new SeedError(document.errors.map(({ pos, message }) => `line ${lines.linePos(pos[0]).line}: ${message}`));
  }
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw new SeedError([error instanceof Error ? error.message : String(error)]);
  }
  const problems = problemsOf(value);
  if (problems.length > 0) {
    throw new SeedError(
      problems.map(({ path, problem }) => `line ${lineOf(document.contents, path, lines)}: ${path || '/'} ${problem}`),
    );
  }
  return value as Seed;
}

function problemsOf(value: unknown): readonly SeedProblem[] {
  if (validator.Check(value)) return problemsOfPayments(value);
  const problems = validator.Errors(value).map(({ instancePath: path, message }) => ({
    path,
    problem: message === 'schema is false' ? 'is not a field of a seed' : message,
  }));
  return problems.length > 0 ? problems : [{ path: '', problem: 'must be an object with merchants' }];
}

/** The line of the innermost part of the path that is there. */
function lineOf(root: Node | null, path: string, lines: LineCounter): number {
  let node: unknown = root;
  let line = 1;
  for (const part of ['', ...path.split('/').slice(1)]) {
    if (part !== '') node = isMap(node) ? node.get(part, true) : isSeq(node) ? node.get(Number(part), true) : undefined;
    if (!isNode(node) || !node.range) break;
    line = lines.linePos(node.range[0]).line;
  }
  return line;
}
