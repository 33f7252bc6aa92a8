import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { atEndOfFile } from '../kit/end-of-file.ts';

/** A span as it came over the wire. Ids are in hex; of the first span of a trace `parentId` is empty. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string;
  readonly name: string;
  /** 1: internal, 2: server, 3: client. */
  readonly kind: number;
  readonly attributes: Readonly<Record<string, string | number>>;
  /** 2: an error. */
  readonly status: number;
  readonly links: readonly string[];
  readonly resource: Readonly<Record<string, string | number>>;
}

export interface OtlpReceiver {
  readonly url: string;
  spans(): readonly ReceivedSpan[];
  /** Everything that came, as one text, for what must not be in it. */
  text(): string;
}

/** Takes what is sent by OTLP over HTTP as protobuf (opentelemetry-proto, trace.proto), as a collector does. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const bodies: Buffer[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const isOurs =
      request.url === '/v1/traces' &&
      request.headers['content-type'] === 'application/x-protobuf' &&
      request.headers['content-encoding'] === undefined;
    if (isOurs) bodies.push(Buffer.concat(chunks));
    response.writeHead(isOurs ? 200 : 400, { 'content-type': 'application/x-protobuf' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEndOfFile(() => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: () => bodies.flatMap(spansIn),
    text: () => bodies.map((body) => body.toString('latin1')).join('\n'),
  };
}

function spansIn(body: Buffer): ReceivedSpan[] {
  return messages(body, 1).flatMap((ofResource) => {
    const resource = attributesIn(messages(ofResource, 1)[0] ?? Buffer.alloc(0), 1);
    return messages(ofResource, 2)
      .flatMap((ofScope) => messages(ofScope, 2))
      .map((span) => ({ ...spanIn(span), resource }));
  });
}

function spanIn(span: Buffer): Omit<ReceivedSpan, 'resource'> {
  const hex = (field: number): string => messages(span, field)[0]?.toString('hex') ?? '';
  return {
    traceId: hex(1),
    spanId: hex(2),
    parentId: hex(4),
    name: messages(span, 5)[0]?.toString() ?? '',
    kind: Number(numbers(span, 6)[0] ?? 0n),
    attributes: attributesIn(span, 9),
    status: Number(numbers(messages(span, 15)[0] ?? Buffer.alloc(0), 3)[0] ?? 0n),
    links: messages(span, 13).map((link) => messages(link, 2)[0]?.toString('hex') ?? ''),
  };
}

function attributesIn(message: Buffer, field: number): Record<string, string | number> {
  return Object.fromEntries(
    messages(message, field).map((pair) => {
      const value = messages(pair, 2)[0] ?? Buffer.alloc(0);
      const [text] = messages(value, 1);
      return [messages(pair, 1)[0]?.toString() ?? '', text?.toString() ?? Number(numbers(value, 3)[0] ?? Number.NaN)];
    }),
  );
}

const messages = (message: Buffer, field: number): Buffer[] =>
  fieldsOf(message).flatMap(([number, value]) => (number === field && typeof value !== 'bigint' ? [value] : []));
const numbers = (message: Buffer, field: number): bigint[] =>
  fieldsOf(message).flatMap(([number, value]) => (number === field && typeof value === 'bigint' ? [value] : []));

/** The wire format of protobuf: numbers of variable length, and whatever has a length before it. */
function fieldsOf(message: Buffer): [number, Buffer | bigint][] {
  const fields: [number, Buffer | bigint][] = [];
  let at = 0;
  function variable(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  }
  while (at < message.length) {
    const tag = Number(variable());
    const type = tag & 7;
    if (type === 0) {
      fields.push([tag >> 3, variable()]);
      continue;
    }
    const length = type === 2 ? Number(variable()) : type === 1 ? 8 : type === 5 ? 4 : Number.NaN;
    if (!(at + length <= message.length)) throw new Error(`no protobuf at ${at}`);
    fields.push([tag >> 3, message.subarray(at, at + length)]);
    at += length;
  }
  return fields;
}
