import { isUtf8 } from 'node:buffer';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { Refusal } from '../../platform/errors/refusal.ts';
import { wrongCharset } from './charset.ts';
import { formParametersMax, parseForm } from './form-text.ts';

/** So much is parsed at a time, then others have their turn. */
const chunkBytes = 65_536;

/**
 * The fields of a multipart body that has arrived whole. No operation takes a file, so one is refused, as is a part that does
 * not say its name. The fields are handed to the reader of forms, so that lists and `extra[requester]` mean the same in both
 * notations.
 */
export async function parseMultipart(body: Buffer, contentType: string): Promise<Record<string, unknown>> {
  if (body.length === 0) return {};
  const pairs = await readFields(body, contentType);
  if (!isUtf8(body)) throw wrongCharset(body);
  return parseForm(pairs.map(([name, value]) => `${encodePart(name)}=${encodePart(value)}`).join('&'));
}

async function readFields(body: Buffer, contentType: string): Promise<readonly [string, string][]> {
  const boundary = boundaryOf(contentType);
  // Each part costs the parser some objects, however empty it is, so they are counted before it sees any.
  const parts = countParts(body, boundary);
  const parser = multipartParser(boundary, body.length);
  const pairs: [string, string][] = [];
  let refusal: Refusal | undefined;
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const refuse = (reason: Refusal): void => {
    refusal ??= reason;
    resolve();
  };
  const malformed = (problem = 'multipart 형식 오류'): void => refuse(new Refusal('malformed_body', { problem }));
  parser.on('field', (name: string | undefined, value) =>
    name ? pairs.push([name, value]) : malformed('이름이 없는 파트'),
  );
  parser.on('file', (name: string | undefined, stream) => {
    stream.resume();
    if (name) refuse(new Refusal('parameter_invalid', { name, expected: '파일은 받지 않습니다' }));
    else malformed('이름이 없는 파트');
  });
  parser.on('partsLimit', () => refuse(tooMany()));
  parser.on('fieldsLimit', () => refuse(tooMany()));
  parser.on('error', () => malformed());
  parser.on('finish', resolve);
  for (let from = 0; from < body.length && !refusal; from += chunkBytes) {
    parser.write(body.subarray(from, from + chunkBytes));
    await new Promise((next) => setImmediate(next));
  }
  if (!refusal) parser.end();
  await ended;
  // The parser passes over a part of whose header it can make nothing.
  if (!refusal && pairs.length !== parts) malformed();
  if (refusal) {
    parser.destroy();
    throw refusal;
  }
  return pairs;
}

const tooMany = () => new Refusal('malformed_body', { problem: `파라미터가 ${formParametersMax}개를 넘습니다` });
const noBoundary = () => new Refusal('malformed_body', { problem: 'Content-Type에 쓸 수 있는 boundary가 없습니다' });

function boundaryOf(contentType: string): string {
  const [, quoted, bare] = /;\s*boundary=(?:"([^"\\]+)"|([^\s;"]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? bare;
  if (boundary === undefined) throw noBoundary();
  return boundary;
}

/**
 * How many parts there are up to the last boundary, the one that two dashes follow.
 * @throws Refusal `malformed_body` when there is no last one, or there are more parts than a form may have parameters.
 */
function countParts(body: Buffer, boundary: string): number {
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  // The first one may stand at the very beginning, with no line before it.
  const startsAtOnce = body.subarray(0, delimiter.length - 2).equals(delimiter.subarray(2));
  let count = 0;
  for (let at = startsAtOnce ? -2 : body.indexOf(delimiter); at !== -1; ) {
    const end = at + delimiter.length;
    if (body.toString('latin1', end, end + 2) === '--') return count;
    if (++count > formParametersMax) throw tooMany();
    at = body.indexOf(delimiter, end);
  }
  throw new Refusal('malformed_body', { problem: 'multipart 형식 오류: 마지막 boundary가 없습니다' });
}

function multipartParser(boundary: string, fieldSize: number): BusboyInstance {
  const parts = formParametersMax;
  try {
    return new Busboy({
      headers: { 'content-type': `multipart/form-data; boundary="${boundary}"` },
      limits: { fieldNameSize: 1_000, fieldSize, fields: parts, parts, headerPairs: 20 },
    });
  } catch {
    // Longer than the parser can look for.
    throw noBoundary();
  }
}

/** Text from UTF-8 bytes has no lone surrogates, which are what `encodeURIComponent` can't encode; part headers may lie. */
function encodePart(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
