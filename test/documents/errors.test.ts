import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { errorsDocument } from '../../src/documents/errors.ts';
import { generatedDocuments } from '../../src/documents/generate.ts';
import { errorRegistry } from '../../src/platform/errors/registry.ts';

const root = new URL('../../', import.meta.url);

test('every generated document in the project is what `npm run generate` writes', async () => {
  for (const [path, make] of Object.entries(generatedDocuments)) {
    assert.equal(readFileSync(new URL(path, root), 'utf8'), await make(), `${path}: run \`npm run generate\``);
  }
});

test('docs/errors.md has every entry of the registry with its status, code and message, and no other', () => {
  const rows = errorsDocument()
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.replaceAll('\\', '').split(' | '));
  assert.deepEqual(
    rows.map(([name]) => name?.replace(/^\| `|`$/g, '')),
    Object.keys(errorRegistry),
  );
  for (const [at, { status, code, message, meaning }] of Object.values(errorRegistry).entries()) {
    const [, ...cells] = rows[at] ?? [];
    const text = cells.join(' | ');
    for (const part of [` ${status} `, ` ${code} `, message, meaning]) assert.ok(` ${text} `.includes(part), part);
  }
});

test('every code is snake_case, and every entry has the form that the real server gives refusals', () => {
  for (const [name, { status, code, message, meaning }] of Object.entries(errorRegistry)) {
    assert.match(name, /^[a-z]+(_[a-z]+)*$/);
    assert.ok(code === 1 || code === -1, `${name}: code`);
    assert.ok(status === 200 || (status >= 400 && status <= 599), `${name}: status`);
    assert.notEqual(message, '', name);
    assert.match(meaning, /[.)]$/, `${name}: the meaning is a sentence`);
    assert.match(meaning, /^[ -~]+$/, `${name}: the meaning is sent as a header`);
  }
});

test('every entry of the registry is raised somewhere', () => {
  const source = readdirSync(new URL('src/', root), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('errors/registry.ts'))
    .map((path) => readFileSync(new URL(`src/${path}`, root), 'utf8'))
    // A list of what a route may refuse raises nothing.
    .map((text) => text.replace(/\[\s*(?:'[a-z_]+',?\s*)+\]/g, ''))
    .join('\n');
  const unraised = Object.keys(errorRegistry).filter((name) => !source.includes(`'${name}'`));
  assert.deepEqual(unraised, [], `never raised: ${unraised.join(', ')}`);
});
