import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { dataFolder, isCompiled } from '../../../platform/own-files.ts';

/** A file of the payment window or of the demo shop, as it is handed to a browser. */
export interface Asset {
  readonly body: Buffer;
  readonly contentType: string;
  /** With its quotes, as it stands in the header. */
  readonly etag: string;
}

const contentTypes = {
  'iamport.js': 'text/javascript; charset=utf-8',
  'iamport.js.map': 'application/json; charset=utf-8',
  'iamport.esm.js': 'text/javascript; charset=utf-8',
  'iamport.esm.js.map': 'application/json; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
  'page.js.map': 'application/json; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
  'shop.js': 'text/javascript; charset=utf-8',
  'shop.js.map': 'application/json; charset=utf-8',
  'shop.css': 'text/css; charset=utf-8',
} as const;

export type AssetName = keyof typeof contentTypes;

export const assetNames = Object.keys(contentTypes) as AssetName[];

export function isAssetName(name: string): name is AssetName {
  return Object.hasOwn(contentTypes, name);
}

let assets: Promise<ReadonlyMap<AssetName, Asset>> | undefined;

/** Read, or in a clone built from its sources, when one of them is asked for first; they stay in memory, some hundred kilobytes. */
export async function asset(name: AssetName): Promise<Asset> {
  assets ??= loadAssets();
  try {
    return found(await assets, name);
  } catch (error) {
    assets = undefined;
    throw error;
  }
}

async function loadAssets(): Promise<ReadonlyMap<AssetName, Asset>> {
  const contents = isCompiled ? await readContents() : await buildContents();
  return new Map(
    assetNames.map((name) => {
      const body = found(contents, name);
      const hash = createHash('sha256').update(body).digest('base64url').slice(0, 22);
      return [name, { body, contentType: contentTypes[name], etag: `"${hash}"` }];
    }),
  );
}

async function readContents(): Promise<ReadonlyMap<string, Buffer>> {
  const folder = dataFolder('window');
  return new Map(
    await Promise.all(assetNames.map(async (name) => [name, await readFile(new URL(name, folder))] as const)),
  );
}

async function buildContents(): Promise<ReadonlyMap<string, Buffer>> {
  const { buildWindow } = await import('./window-build.ts').catch((cause) => {
    throw new Error('a clone makes the payment window with its development dependencies: run "npm ci"', { cause });
  });
  return buildWindow(dataFolder('window'));
}

function found<Value>(values: ReadonlyMap<string, Value>, name: string): Value {
  const value = values.get(name);
  if (value === undefined) throw new Error(`the payment window has no ${name}`);
  return value;
}
