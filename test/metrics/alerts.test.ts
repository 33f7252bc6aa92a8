import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { createInstruments } from '../../src/metrics/instruments.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
}

const rules = (parse(read('deploy/prometheus/alerts.yaml')) as { groups: { rules: Rule[] }[] }).groups.flatMap(
  (group) => group.rules,
);
const dashboard = JSON.parse(read('deploy/grafana/hwanbul.json')) as {
  panels: { title: string; targets: { expr: string }[] }[];
};

const metrics = new Map(
  createInstruments()
    .registry.getMetricsAsArray()
    .map((metric) => [
      metric.name,
      metric as unknown as { readonly type: string; readonly labelNames: readonly string[] },
    ]),
);
/** Of the library and of Prometheus. */
const labelsOfAll = ['job', 'instance', 'le'];

/** Name of each metric in an expression, with the labels that stand in its braces. */
function metricsIn(expression: string): { readonly name: string; readonly labels: readonly string[] }[] {
  return [...expression.matchAll(/\b((?:hwanbul|nodejs|process)_\w+)(?:\{([^}]*)\})?/g)].map(
    ([, name = '', braces]) => ({
      name,
      labels: [...(braces ?? '').matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
    }),
  );
}

function assertKnown(expression: string, where: string): void {
  const found = metricsIn(expression);
  for (const { name, labels } of found) {
    const whole = metrics.get(name) ?? metrics.get(name.replace(/_(bucket|count|sum)$/, ''));
    assert.ok(whole, `${where}: there is no ${name}`);
    assert.equal(metrics.has(name), whole.type !== 'histogram' && whole.type !== 'summary', `${where}: ${name}`);
    for (const label of labels) {
      assert.ok([...whole.labelNames, ...labelsOfAll].includes(label), `${where}: ${name} has no label ${label}`);
    }
  }
  const grouped = [...expression.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, names = '']) => names.split(/,\s*/));
  const known = found.flatMap(
    ({ name }) =>
      metrics.get(name)?.labelNames ?? metrics.get(name.replace(/_(bucket|count|sum)$/, ''))?.labelNames ?? [],
  );
  for (const label of grouped) assert.ok([...known, ...labelsOfAll].includes(label), `${where}: grouped by ${label}`);
}

test('alerts and the dashboard name metrics and labels that there are', () => {
  assert.ok(rules.length >= 10);
  for (const { alert, expr } of rules) {
    assertKnown(expr, alert);
    assert.ok(metricsIn(expr).length > 0 || expr.startsWith('up{'), alert);
  }
  for (const { title, targets } of dashboard.panels) {
    assert.ok(targets.length > 0, title);
    for (const { expr } of targets) assertKnown(expr, title);
  }
  assert.throws(() => assertKnown('rate(hwanbul_no_such_total[5m])', 'itself'));
  assert.throws(() => assertKnown('hwanbul_turns_waiting{merchant="a"}', 'itself'));
  assert.throws(() => assertKnown('sum by (merchant) (hwanbul_turns_waiting)', 'itself'));
});

test('every alert has a runbook with what shows it, what mends it and what not to do, and every runbook an alert', () => {
  const pages = rules.map(({ annotations }) => annotations.runbook);
  for (const { alert, annotations, labels } of rules) {
    assert.ok(existsSync(new URL(annotations.runbook, root)), annotations.runbook);
    const text = read(annotations.runbook);
    assert.equal(text.split('\n')[0], `# ${alert}`);
    for (const heading of ['## What shows it', '## What mends it', '## What not to do'])
      assert.ok(text.includes(heading));
    assert.ok(['page', 'ticket'].includes(labels.severity), alert);
  }
  const files = readdirSync(new URL('docs/runbooks/', root)).map((name) => `docs/runbooks/${name}`);
  assert.deepEqual([...new Set(pages)].sort(), files.sort());
});
