import { Busboy } from '@fastify/busboy';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from '../../platform/errors/refusal.ts';
import { decodeTextFile } from '../../platform/table-file/decode-text.ts';

export const bulkRefundFileTypes = ['text/csv', 'text/plain'] as const;
export const bulkRefundFileBytesMax = 4 * 1024 * 1024;

/**
 * Takes a file in the three ways in which programs and browsers send one: as the body itself, as a file of a form, or as a field.
 * It may be in what Korean spreadsheet programs write, so that its charset is found out here, whatever the request says.
 */
export function addFileParsers(scope: FastifyInstance): void {
  const whole = { parseAs: 'buffer', bodyLimit: bulkRefundFileBytesMax } as const;
  scope.removeContentTypeParser('multipart/form-data');
  scope.addContentTypeParser<Buffer>([...bulkRefundFileTypes], whole, async (_request: unknown, body: Buffer) => ({
    file: textOf(body),
  }));
  scope.addContentTypeParser<Buffer>('multipart/form-data', whole, async (request: FastifyRequest, body: Buffer) =>
    readForm(request.headers['content-type'] ?? '', body),
  );
}

function textOf(bytes: Buffer): string {
  const decoded = decodeTextFile(bytes);
  if (!decoded.ok) throw new Refusal('bulk_refund_file_unreadable', { problem: decoded.problem.ko });
  return decoded.text;
}

const malformed = () => new Refusal('malformed_body', { problem: 'multipart 형식 오류' });

async function readForm(contentType: string, body: Buffer): Promise<Record<string, string>> {
  const fields: Record<string, string> = Object.create(null);
  const chunks: Buffer[] = [];
  let fileName: string | undefined;
  let parser: InstanceType<typeof Busboy>;
  try {
    parser = new Busboy({
      headers: { 'content-type': contentType as `multipart/${string}` },
      limits: { fields: 10, files: 1, parts: 11, fieldSize: bulkRefundFileBytesMax, headerPairs: 20 },
    });
  } catch {
    throw malformed();
  }
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  parser.on('field', (name, value) => {
    fields[name] = value;
  });
  parser.on('file', (_name, stream, name) => {
    fileName = name;
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('error', () => reject(malformed()));
  });
  for (const limit of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const) parser.on(limit, () => reject(malformed()));
  parser.on('error', () => reject(malformed()));
  parser.on('finish', resolve);
  parser.end(body);
  await promise;
  if (fileName === undefined) return fields;
  return { file_name: fileName, ...fields, file: textOf(Buffer.concat(chunks)) };
}
