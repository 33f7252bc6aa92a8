import { readFileSync } from 'node:fs';
import { createInstruments } from '../metrics/instruments.ts';

const begin = '|---|---|\n';
const file = new URL('../../docs/monitoring.md', import.meta.url);

/** The page as it stands, with its table of our metrics made anew. */
export function monitoringDocument(): string {
  const text = readFileSync(file, 'utf8');
  const from = text.indexOf(begin) + begin.length;
  const to = text.indexOf('\n\n', from) + 1;
  return text.slice(0, from) + metricsTable() + text.slice(to);
}

function metricsTable(): string {
  const ours = createInstruments()
    .registry.getMetricsAsArray()
    .map((metric) => metric as unknown as { name: string; help: string; labelNames: readonly string[] })
    .filter(({ name }) => name.startsWith('hwanbul_'));
  return ours
    .map(({ name, help, labelNames }) => {
      const labels = labelNames.length === 0 ? '' : `{${labelNames.join(', ')}}`;
      return `| \`${name}${labels}\` | ${help} |\n`;
    })
    .join('');
}
