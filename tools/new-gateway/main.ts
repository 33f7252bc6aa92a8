import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as modules from '../../src/gateways/modules.ts';
import { gateways } from '../../src/gateways/registry.ts';
import { type Choice, ChoiceError, camelCase, defaultOperations, readChoice, skeletonOperations } from './choice.ts';
import { renderGateway } from './render.ts';

/**
 * `npm run new-gateway NAME [-- --operations cancel,issue_vbank,… --title "…"]`: the folder, the tests and the line of a new
 * gateway. See docs/adding-a-gateway.md.
 */
const root = new URL('../../', import.meta.url);
const modulesPath = 'src/gateways/modules.ts';
const usage = `usage: npm run new-gateway NAME [-- --operations ${defaultOperations},… --title "…"]
operations: ${skeletonOperations.join(', ')} (without any: ${defaultOperations})`;

function readArguments(): Choice {
  // Without `--`, npm takes the options for its own, and they would be missed in silence.
  for (const option of ['operations', 'title']) {
    if (process.env[`npm_config_${option}`]) fail(`npm has kept --${option} for itself: put -- before it\n${usage}`);
  }
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse();
  } catch (error) {
    fail(`${(error as Error).message.split('\n')[0]}\n${usage}`);
  }
  const [name, ...rest] = parsed.positionals;
  if (name === undefined || rest.length > 0) fail(usage);
  return readChoice({ name, title: parsed.values.title, operations: parsed.values.operations });
}

function parse() {
  return parseArgs({ options: { operations: { type: 'string' }, title: { type: 'string' } }, allowPositionals: true });
}

/** Nothing is written where anything is in the way. */
function refuseWhatExists({ name }: Choice): void {
  if (gateways.has(name)) throw new ChoiceError(`there is a gateway ${name} already`);
  if (Object.hasOwn(modules, camelCase(name))) {
    throw new ChoiceError(`${modulesPath} has a ${camelCase(name)} already, of another gateway`);
  }
  for (const folder of [`src/gateways/${name}`, `test/gateways/${name}`]) {
    if (existsSync(new URL(folder, root))) throw new ChoiceError(`${folder} is in the way`);
  }
}

/** The list with the new gateway's line in its place. */
function modulesWith({ name }: Choice): string {
  const lines = readFileSync(new URL(modulesPath, root), 'utf8').split('\n');
  const folderIn = (line: string) => / from '\.\/([^/]+)\//.exec(line)?.[1];
  const next = lines.findIndex((line) => (folderIn(line) ?? '') > name);
  const last = lines.findLastIndex((line) => folderIn(line) !== undefined);
  lines.splice(next < 0 ? last + 1 : next, 0, `export { ${camelCase(name)} } from './${name}/module.ts';`);
  return lines.join('\n');
}

function run(what: string, program: string, ...args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: fileURLToPath(root),
    encoding: 'utf8',
  });
  if (status !== 0) fail(`the files are written, but ${what} failed:\n${stdout}${stderr}`);
}

function fail(text: string): never {
  console.error(text);
  process.exit(1);
}

try {
  const choice = readArguments();
  const { name } = choice;
  refuseWhatExists(choice);
  const files = new Map([...renderGateway(choice), [modulesPath, modulesWith(choice)]]);
  for (const [path, text] of files) {
    const file = fileURLToPath(new URL(path, root));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  const biome = fileURLToPath(new URL('bin/biome', import.meta.resolve('@biomejs/biome/package.json')));
  const folders = [`src/gateways/${name}`, `test/gateways/${name}`];
  const rules = ['correctness/noUnusedImports', 'assist/source/organizeImports'].map((rule) => `--only=${rule}`);
  run('sorting out the imports', biome, 'check', '--write', '--unsafe', ...rules, ...folders);
  run('formatting them', biome, 'check', '--write', ...folders, modulesPath);
  run('making the documents', fileURLToPath(new URL('src/documents/generate.ts', root)));

  for (const path of files.keys()) console.log(path === modulesPath ? `${path} (one line)` : path);
  console.log('docs/gateways.md (its section)');
  console.log(`
${choice.title} runs, and all that it says on the wire is invented. See for yourself:

  npm run check
  npm test -- 'test/gateways/${name}/*.test.ts' test/house.test.ts test/gateways/documents.test.ts
  GATEWAY=${name} npm test -- test/gateways/conformance.test.ts test/gateways/through-the-api.test.ts
  npm run simulator -- ${name}

Then replace what src/gateways/${name}/README.md lists, beginning with wire/protocol.ts and adapter/exchange.ts.
docs/adding-a-gateway.md goes through it; grep -rn INVENTED shows what is left.`);
} catch (error) {
  if (error instanceof ChoiceError) fail(error.message);
  throw error;
}
