import { isUtf8 } from 'node:buffer';
import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { Refusal } from '../../platform/errors/refusal.ts';
import { formParametersMax, parseForm } from './form-text.ts';

/**
 * The fields of a multipart body that has arrived whole. No operation takes a file, so one is refused. The fields are
 * handed to the reader of forms, so that lists and `extra[requester]` mean the same in both notations.
 */
export async function parseMultipart(body: Buffer, contentType: string): Promise<Record<string, unknown>> {
  if (body.length === 0) return {};
  const pairs = await readFields(body, contentType);
  if (!isUtf8(body)) throw new Refusal('malformed_body');
  return parseForm(pairs.map(([name, value]) => `${encodePart(name)}=${encodePart(value)}`).join('&'));
}

function readFields(body: Buffer, contentType: string): Promise<[string, string][]> {
  const pairs: [string, string][] = [];
  return new Promise((resolve, reject) => {
    const parser = multipartParser(contentType, body.length);
    parser.on('field', (name, value) => pairs.push([name, value]));
    parser.on('file', (name, stream) => {
      stream.resume();
      reject(new Refusal('parameter_invalid', { name, expected: '파일은 받지 않습니다' }));
    });
    parser.on('partsLimit', () => reject(new Refusal('malformed_body')));
    parser.on('fieldsLimit', () => reject(new Refusal('malformed_body')));
    parser.on('error', () => reject(new Refusal('malformed_body')));
    parser.on('finish', () => resolve(pairs));
    parser.end(body);
  });
}

function multipartParser(contentType: string, fieldSize: number): BusboyInstance {
  const parts = formParametersMax;
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      limits: { fieldNameSize: 1_000, fieldSize, fields: parts, parts, headerPairs: 20 },
    });
  } catch {
    // The content type has no boundary.
    throw new Refusal('malformed_body');
  }
}

/** Text from UTF-8 bytes has no lone surrogates, which are what `encodeURIComponent` can't encode; part headers may lie. */
function encodePart(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
