import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../../platform/errors/refusal.ts';
import { createFileSet, withoutRolldown } from '../browser-files/file-set.ts';
import { sendFile } from '../browser-files/send-file.ts';

export const consoleFiles = createFileSet('console', async (sources) => {
  const { buildConsole } = await import('./console-build.ts').catch(withoutRolldown('the console'));
  return (await buildConsole(sources)).files;
});

/** The console runs its own script, speaks with this server alone, and is framed by nobody. */
const documentHeaders = {
  'cache-control': 'no-cache',
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy':
    'camera=(), microphone=(), geolocation=(), payment=(), publickey-credentials-get=(self), publickey-credentials-create=(self)',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY',
} as const;

/** The name of each has the hash of its content in it. */
const partHeaders = {
  'cache-control': 'public, max-age=31536000, immutable',
  'cross-origin-resource-policy': 'same-origin',
} as const;

/** The console's document under every address of a page, and the files that it loads. */
export function consoleFileRoutes(app: FastifyInstance): void {
  const sendDocument = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const file = await consoleFiles.file('index.html');
    if (!file) throw new Error('the console has no document');
    return sendFile(request, reply, file, documentHeaders);
  };
  app.get('/console', sendDocument);
  app.get<{ Params: { '*': string } }>('/console/*', (request, reply) => {
    // What no route of these took is no page.
    if (/^(api|assets)(\/|$)/.test(request.params['*'])) throw new Refusal('not_found');
    return sendDocument(request, reply);
  });
  // Named by itself, so that no log has the token.
  app.get('/console/invitations/:token', sendDocument);

  app.get<{ Params: { file: string } }>('/console/assets/:file', async (request, reply) => {
    const { file: name } = request.params;
    const file = name === 'index.html' ? undefined : await consoleFiles.file(name);
    if (!file) throw new Refusal('not_found');
    return sendFile(request, reply, file, partHeaders);
  });
}
