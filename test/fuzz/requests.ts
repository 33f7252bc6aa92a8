import fc from 'fast-check';
import iconv from 'iconv-lite';
import qs from 'qs';
import { fieldsOf, fittingValue, hostileValue, type Known, type Schema } from './schema-values.ts';

export interface Operation {
  readonly method: string;
  readonly template: string;
  readonly params: Schema;
  readonly query: Schema;
  readonly body: Schema | undefined;
  readonly example: object | undefined;
}

/** A request as it goes out. */
export interface FuzzRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | null;
}

interface Encoded {
  readonly type: string;
  readonly bytes: Buffer;
  readonly encoding?: string;
}

type Encoding = (fields: Readonly<Record<string, unknown>>) => Encoded;

const json: Encoding = (fields) => ({ type: 'application/json', bytes: Buffer.from(JSON.stringify(fields)) });
const form: Encoding = (fields) => ({
  type: 'application/x-www-form-urlencoded; charset=UTF-8',
  bytes: Buffer.from(qs.stringify(wellFormed(fields), { arrayFormat: 'brackets' })),
});

/** How a body may be written, the usual ways among ways that can't be read. */
const encodings: readonly Encoding[] = [
  json,
  json,
  json,
  json,
  form,
  form,
  (fields) => {
    const parts = Object.entries(fields).map(
      ([name, value]) =>
        `--b\r\nContent-Disposition: form-data; name="${name.replace(/["\r\n]/g, '_')}"\r\n\r\n${typeof value === 'string' ? value : JSON.stringify(value)}\r\n`,
    );
    return { type: 'multipart/form-data; boundary=b', bytes: Buffer.from(`${parts.join('')}--b--\r\n`) };
  },
  // Every key twice, the second time with another kind of value.
  (fields) => {
    const pairs = Object.entries(fields).flatMap(([name, value]) => [
      `${JSON.stringify(name)}:${JSON.stringify(value ?? null)}`,
      `${JSON.stringify(name)}:[1]`,
    ]);
    return { type: 'application/json', bytes: Buffer.from(`{${pairs.join(',')}}`) };
  },
  (fields) => {
    const { type, bytes } = form(fields);
    return { type, bytes: Buffer.concat([bytes, Buffer.from('&'), bytes, Buffer.from('&a[b]=1&a=2&=&a[][]=3')]) };
  },
  (fields) => ({ ...json(fields), bytes: json(fields).bytes.subarray(0, -1) }),
  (fields) => ({ type: 'application/json', bytes: iconv.encode(`${JSON.stringify(fields)} 홍길동`, 'euc-kr') }),
  (fields) => ({ ...json(fields), type: 'application/json; charset=euc-kr' }),
  (fields) => ({ ...json(fields), type: 'text/plain' }),
  (fields) => ({ ...json(fields), encoding: 'gzip' }),
  () => ({ type: 'application/json', bytes: Buffer.from('['.repeat(100_000)) }),
  () => ({ type: 'application/json', bytes: Buffer.from('\ufeff{}') }),
  () => ({ type: 'application/json', bytes: Buffer.from('"text"') }),
  () => ({ type: 'multipart/form-data', bytes: Buffer.from('--') }),
];

function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed();
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name.toWellFormed(), wellFormed(each)]));
}

/** Requests for an operation, made from its own schemas. */
export function requestsFor(operation: Operation, known: Known): fc.Arbitrary<FuzzRequest> {
  const { template, params, query, body, example } = operation;
  const pathValue = (name: string): fc.Arbitrary<string> =>
    fc
      .oneof(
        { weight: 4, arbitrary: fittingValue(name, params.properties?.[name] ?? {}, known) },
        { weight: 1, arbitrary: hostileValue },
      )
      // A part of dots would lead up the path.
      .map((value) => encodeURIComponent(textOf(value).slice(0, 300)).replace(/^\.{0,2}$/, 'x'));
  const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const path = fc
    .tuple(...names.map(pathValue))
    .map((values) => names.reduce((made, name, at) => made.replace(`{${name}}`, values[at] ?? 'x'), template));
  const queryText = fc
    .oneof(fieldsOf(query, known), fc.constant({}))
    .map((fields) => qs.stringify(wellFormed(fields), { arrayFormat: 'repeat' }).slice(0, 8_000));
  const withExample = fieldsOf(body ?? {}, known).map((fields) => ({ ...example, ...fields }));
  const fields = fc.oneof(fieldsOf(body ?? {}, known), withExample, fc.constant({ ...example }));
  const encoded = body === undefined ? fc.constant(null) : fc.tuple(fields, fc.constantFrom(...encodings));
  const headers = fc.constantFrom<Record<string, string>>(
    {},
    {},
    {},
    { tier: 'ZZZ' },
    { tier: '\u00ff' },
    { authorization: 'x' },
  );
  return fc.tuple(path, queryText, encoded, headers).map(([madePath, madeQuery, made, madeHeaders]) => {
    const content = made === null ? null : made[1](made[0]);
    return {
      path: madeQuery === '' ? madePath : `${madePath}?${madeQuery}`,
      headers: {
        ...(content === null ? {} : { 'content-type': content.type }),
        ...(content?.encoding === undefined ? {} : { 'content-encoding': content.encoding }),
        ...madeHeaders,
      },
      body: content?.bytes ?? null,
    };
  });
}

function textOf(value: unknown): string {
  return (typeof value === 'string' ? value : (JSON.stringify(value) ?? 'x')).toWellFormed();
}
