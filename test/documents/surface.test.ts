import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { contract, nameOf } from '../../src/documents/surface/contract.ts';
import { describedOperations } from '../../src/documents/surface/described.ts';
import { notTaken, parameterRows } from '../../src/documents/surface/fields.ts';
import { readShown } from '../../src/documents/surface/shown.ts';
import { statusRows, walks } from '../../src/documents/surface/surface.ts';

// That docs/surface.md is what `npm run generate` writes is held with the other documents, by errors.test.ts.

const described = await describedOperations();
const there = contract.operations.filter((operation) => described.has(nameOf(operation)));

test('each documented status of an operation that is there is shown by a test, or has a reason not to be answered', () => {
  const shown = readShown();
  const unknown = there.flatMap((operation) =>
    statusRows(operation, described.get(nameOf(operation)), shown)
      .filter((row) => row.isDocumented && (row.shown === undefined) === (row.reason === undefined))
      .map(
        ({ operation: name, status, shown: by }) => `${name}: ${status} is ${by ? 'answered after all' : 'not shown'}`,
      ),
  );
  assert.deepEqual(unknown, []);
});

test('every test that docs/surface.md names stands in its file', () => {
  for (const { file, test: name } of [...readShown(), ...Object.values(walks)]) {
    const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
    assert.ok(
      [`'${name}'`, `"${name}"`].some((literal) => text.includes(literal)),
      `${file}: ${name}`,
    );
  }
});

test('a documented parameter that an operation does not look at is named by its description', () => {
  const left = there.flatMap((operation) =>
    parameterRows(operation.params, described.get(nameOf(operation)))
      .filter(({ here, name }) => here === notTaken && !isNamed(nameOf(operation), name))
      .map(({ name }) => `${nameOf(operation)}: ${name}`),
  );
  assert.deepEqual(left, []);
});

function isNamed(operation: string, parameter: string): boolean {
  return described.get(operation)?.description?.split(/\W+/).includes(parameter) ?? false;
}
