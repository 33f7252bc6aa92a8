import type { FastifyInstance } from 'fastify';
import { Refusal } from '../../../platform/errors/refusal.ts';
import { isAssetName, sendAsset } from './assets.ts';

/**
 * The scripts of the payment window under the addresses of i'mport's, and the files of the window's own page. Pages of shops load them, with
 * and without CORS, from wherever they stand.
 */
export function checkoutScriptRoutes(app: FastifyInstance): void {
  const config = { isForAnyOrigin: true };

  for (const name of ['iamport.js', 'iamport.js.map', 'iamport.esm.js', 'iamport.esm.js.map'] as const) {
    app.get(`/v1/${name}`, { config }, (request, reply) => sendAsset(request, reply, name));
  }

  app.get<{ Params: { file: string } }>('/js/:file', { config }, async (request, reply) => {
    const [, isMap] = oldScript.exec(request.params.file) ?? [undefined];
    if (isMap === undefined) throw new Refusal('not_found');
    return sendAsset(request, reply, isMap ? 'iamport.js.map' : 'iamport.js');
  });

  app.get<{ Params: { file: string } }>('/checkout/assets/:file', { config }, async (request, reply) => {
    const { file } = request.params;
    if (!file.startsWith('page.') || !isAssetName(file)) throw new Refusal('not_found');
    return sendAsset(request, reply, file);
  });
}

/**
 * The versions that there were, with what was put behind them (`1.1.9-rc`, `1.1.8-20200101`). They all are the same file here: it answers in
 * the words of the old ones and of the current one.
 */
const oldScript = /^iamport\.payment-(?:1\.0\.0|1\.1\.[0-9]|1\.2\.[01])(?:-[\w.-]+?)?(?:\.min)?\.js(\.map|)$/;
