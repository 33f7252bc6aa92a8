import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server in INICIS's place: it answers what it is told, else an empty 500, and remembers what it was sent. */
export interface FakeInicis {
  readonly url: string;
  readonly requests: readonly FakeRequest[];
  /** Text goes out as it is, everything else as JSON. */
  willAnswer(body: unknown, status?: number): void;
  /** The form that was sent last. */
  lastForm(): Record<string, string>;
  /** The JSON that was sent last, without its `data`; that; and the text of it as it stood in the body. */
  lastJson(): { envelope: Record<string, string>; data: Record<string, string>; text: string };
  close(): void;
}

export interface FakeRequest {
  readonly path: string;
  readonly contentType: string;
  readonly body: string;
}

export async function openFakeInicis(): Promise<FakeInicis> {
  const answers: { status: number; body: string }[] = [];
  const requests: FakeRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const contentType = request.headers['content-type'] ?? '';
      requests.push({ path: request.url ?? '', contentType, body: Buffer.concat(chunks).toString('utf8') });
      const answer = answers.shift() ?? { status: 500, body: '' };
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    willAnswer(body, status = 200) {
      answers.push({ status, body: typeof body === 'string' ? body : JSON.stringify(body) });
    },
    lastForm: () => Object.fromEntries(new URLSearchParams(requests.at(-1)?.body)),
    lastJson() {
      const { body = '' } = requests.at(-1) ?? {};
      const { data, ...envelope } = JSON.parse(body) as { data: Record<string, string> } & Record<string, string>;
      return { envelope, data, text: body.slice(body.indexOf('"data":') + '"data":'.length, -1) };
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
