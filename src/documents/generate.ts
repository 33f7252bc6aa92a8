import { mkdir, writeFile } from 'node:fs/promises';
import { chartSchemaDocument } from './chart.ts';
import { commandLineDocument } from './command-line.ts';
import { errorsDocument } from './errors.ts';
import { gatewaysDocument } from './gateways.ts';
import { monitoringDocument } from './metrics.ts';
import { surfaceDocument } from './surface/surface.ts';

/** The documents that are made from what the server runs on, by their path in the project; tests hold each equal. */
export const generatedDocuments: Readonly<Record<string, () => string | Promise<string>>> = Object.freeze({
  'deploy/helm/hwanbul/values.schema.json': chartSchemaDocument,
  'docs/cli.md': commandLineDocument,
  'docs/errors.md': errorsDocument,
  'docs/gateways.md': gatewaysDocument,
  'docs/monitoring.md': monitoringDocument,
  'docs/surface.md': surfaceDocument,
});

const projectRoot = new URL('../../', import.meta.url);

if (import.meta.main) {
  for (const [path, make] of Object.entries(generatedDocuments)) {
    const file = new URL(path, projectRoot);
    await mkdir(new URL('.', file), { recursive: true });
    await writeFile(file, await make());
    console.log(path);
  }
}
