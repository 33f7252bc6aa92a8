import type { FastifyReply, FastifyRequest } from 'fastify';
import { createFileSet, withoutRolldown } from '../../browser-files/file-set.ts';
import { sendFile } from '../../browser-files/send-file.ts';

/** The files of the payment window and of the demo shop. */
export const windowFiles = createFileSet('window', async (sources) => {
  const { buildWindow } = await import('./window-build.ts').catch(withoutRolldown('the payment window'));
  return buildWindow(sources);
});

export const assetNames = [
  ...(['iamport.js', 'iamport.js.map', 'iamport.esm.js', 'iamport.esm.js.map'] as const),
  ...(['page.js', 'page.js.map', 'page.css', 'shop.js', 'shop.js.map', 'shop.css'] as const),
] as const;

export type AssetName = (typeof assetNames)[number];

export function isAssetName(name: string): name is AssetName {
  return (assetNames as readonly string[]).includes(name);
}

/** A file for pages of any address. */
export async function sendAsset(request: FastifyRequest, reply: FastifyReply, name: AssetName): Promise<FastifyReply> {
  const file = await windowFiles.file(name);
  if (!file) throw new Error(`the payment window has no ${name}`);
  return sendFile(request, reply, file, {
    'access-control-allow-origin': '*',
    'cache-control': 'no-cache',
    'cross-origin-resource-policy': 'cross-origin',
  });
}
