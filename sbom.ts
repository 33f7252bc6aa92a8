import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('.', import.meta.url);

interface Component {
  readonly 'bom-ref': string;
  readonly properties: readonly { readonly name: string; readonly value: string }[];
}

interface Bom {
  readonly metadata: { readonly component: object };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
}

/**
 * The list of parts (CycloneDX, as `npm sbom` makes it of package-lock.json) of the published package: what is installed with it, and
 * what was taken into its own files, of which the lock knows no more than that it is for development. The same clone makes the same
 * list. `undefined`: it can't be made, and why has been said.
 *
 * @param bundled each package in the files, as `name@version`
 */
export function partsList(bundled: readonly string[]): string | undefined {
  const whole = npmSbom();
  if (whole === undefined) return undefined;
  const isBundled = new Set(bundled);
  const isForDevelopment = ({ properties }: Component): boolean =>
    properties.some(({ name }) => name === 'cdx:npm:package:development');
  const components = whole.components
    .filter((each) => isBundled.has(each['bom-ref']) || !isForDevelopment(each))
    .map((each) => (isBundled.has(each['bom-ref']) ? asBundled(each) : each));
  const refs = new Set(components.map((each) => each['bom-ref']));
  const missing = bundled.filter((ref) => !refs.has(ref));
  // Installed by another program than npm, which knows no such lock.
  if (missing.length > 0) return noList(`package-lock.json does not have ${missing.join(', ')}`);
  const { name, version } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
  const itself = `${name}@${version}`;
  const { component } = whole.metadata;
  const bom = {
    ...whole,
    // The time and a number of its own would make every build another one.
    serialNumber: undefined,
    metadata: {
      ...whole.metadata,
      timestamp: undefined,
      lifecycles: [{ phase: 'build' }],
      component: { ...component, name },
    },
    components,
    dependencies: whole.dependencies
      .filter(({ ref }) => ref === itself || refs.has(ref))
      .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((each) => refs.has(each)) })),
  };
  return `${JSON.stringify(bom, null, 1)}\n`;
}

function asBundled(component: Component): Component & { readonly scope: string } {
  return { ...component, scope: 'required', properties: [{ name: 'hwanbul:bundled', value: 'true' }] };
}

function npmSbom(): Bom | undefined {
  const { npm_execpath: npm = '' } = process.env;
  const [program, first] = /npm-cli\.[cm]?js$/.test(npm) ? [process.execPath, [npm]] : ['npm', []];
  const options = [
    '--sbom-format=cyclonedx',
    '--package-lock-only',
    '--include=dev',
    '--include=optional',
    '--loglevel=error',
  ];
  const { status, stdout, stderr, error } = spawnSync(program, [...first, 'sbom', ...options], {
    cwd: fileURLToPath(root),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status === 0) return JSON.parse(stdout) as Bom;
  return noList(error?.message ?? stderr.trim());
}

/** The program is as good without it, and whoever packs it is told. */
function noList(why: string): undefined {
  console.error(`hwanbul: no list of parts was made: ${why}`);
}
