import { readFileSync } from 'node:fs';
import { type SettingName, settingsTable } from '../platform/settings/settings-table.ts';

const file = new URL('../../deploy/helm/hwanbul/values.schema.json', import.meta.url);
const list = /("setting": \{\s*"enum": \[)[^\]]*(\])/;

/** What the Helm chart makes of other values, so that `settings` may not have it as well. */
const madeByChart: readonly SettingName[] = [
  'HOST',
  'PORT',
  'LOG_FORMAT',
  'HWANBUL_MODE',
  'HWANBUL_MIGRATE',
  'HWANBUL_LAME_DUCK_MS',
  'HWANBUL_DRAIN_TIMEOUT_MS',
  'HWANBUL_METRICS_PORT',
  'HWANBUL_METRICS_HOST',
  'MERCHANTS_FILE',
  'DATABASE_URL',
  'ENCRYPTION_KEY',
  'ENCRYPTION_KEY_PREVIOUS',
  'HWANBUL_OIDC_CLIENT_SECRET',
];

/** Of a sandbox, or of a database that is embedded or for tests. */
const ofNoUseThere: readonly SettingName[] = [
  'DATA_DIR',
  'HWANBUL_ALLOWED_HOSTS',
  'HWANBUL_CRASH_POINT',
  'HWANBUL_SEED_FILE',
  'HWANBUL_SIMULATORS',
  'HWANBUL_STRICT_SANDBOX_LOOKUP',
  'HWANBUL_UNFLUSHED_DATABASE',
];

/** The schema of the chart's values as it stands, with its list of settings made anew. */
export function chartSchemaDocument(): string {
  const others = new Set<string>([...madeByChart, ...ofNoUseThere]);
  const names = settingsTable.map(({ name }) => name).filter((name) => !others.has(name));
  const lines = names.map((name) => `\n        "${name}"`).join(',');
  return readFileSync(file, 'utf8').replace(list, `$1${lines}\n      $2`);
}
