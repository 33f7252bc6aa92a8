import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
export const chart: string = join(root, 'deploy/helm/hwanbul');
const program = join(root, 'tools/render-chart/main.go');
/** Where Debian has the sources of Go's packages. */
const packages = '/usr/share/gocode';

/** The values that the chart is rendered with, each in a file of its own. */
export const valuesOf = ['least', 'everything'] as const;
export type ValuesName = (typeof valuesOf)[number];

export const valuesFile = (name: ValuesName): string => join(root, `test/deploy/chart/${name}.values.yaml`);
/** What came out, which is kept: few machines can render it. */
export const renderedChart = (name: ValuesName): string => join(root, `test/deploy/chart/${name}.rendered.yaml`);

/** `undefined`: this machine can render it. */
export function missingForRendering(): string | undefined {
  const hasGo = spawnSync('go', ['version']).status === 0;
  const needed = ['github.com/Masterminds/sprig', 'sigs.k8s.io/yaml'];
  if (hasGo && needed.every((name) => existsSync(join(packages, 'src', name)))) return undefined;
  return "the chart can't be rendered here: install golang-go, golang-github-masterminds-sprig-dev and golang-k8s-sigs-yaml-dev of Debian.";
}

/** With the line that tells what it was made of. */
export function renderChart(name: ValuesName): string {
  const { status, stdout, stderr, error } = spawnSync('go', ['run', program, chart, valuesFile(name)], {
    encoding: 'utf8',
    env: { ...process.env, GO111MODULE: 'off', GOPATH: packages, GOFLAGS: '' },
  });
  if (error) throw error;
  if (status !== 0) throw new Error(stderr);
  return `${madeOf(name)}\n${stdout}`;
}

/** The first line of what was rendered: a digest of the chart, the values and the renderer. */
export function madeOf(name: ValuesName): string {
  const files = readdirSync(chart, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    // A schema says which values are taken, and changes nothing of what is made of them.
    .filter((path) => !path.endsWith('values.schema.json'))
    .sort();
  const digest = createHash('sha256');
  for (const path of [...files, valuesFile(name), program]) digest.update(readFileSync(path)).update('\0');
  return `# npm run render-chart, of ${digest.digest('hex')}`;
}
