import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '../../src/platform/database/embedded/embedded-postgres.ts';
import { createLog } from '../../src/platform/logging/log.ts';
import type { Mutant } from './mutant.ts';
import { type Judged, type Known, markdownOf, scoreOf } from './report.ts';
import { type Limits, openWorkplace, type Workplace } from './workplace.ts';

export interface RunOptions {
  readonly root: string;
  readonly reportFolder: string;
  /** Leaves out what stands in the report already. */
  readonly goesOn: boolean;
  readonly judgesSurvivorsAnew: boolean;
  readonly testsOf: (file: string) => readonly string[];
  readonly workers: number;
  readonly limitMs: number;
  readonly heading: string;
}

/** PostgreSQL need not survive a power failure here, so it does not flush. */
const settings = {
  max_connections: '200',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  autovacuum_naptime: '10min',
};

/** Judges each mutant by its nearest tests, over one PostgreSQL for all, and writes the report after each. */
export async function judgeAll(chosen: readonly Mutant[], options: RunOptions): Promise<void> {
  const { root, reportFolder } = options;
  await mkdir(reportFolder, { recursive: true });
  const reportFile = join(reportFolder, 'report.json');
  const known = await readJson<Record<string, Known>>(join(import.meta.dirname, 'survivors.json'), {});
  const before = options.goesOn ? await readJson<readonly Judged[]>(reportFile, []) : [];
  const ids = new Set(chosen.map(({ id }) => id));
  const judged = before.filter(
    ({ id, result }) => ids.has(id) && !(options.judgesSurvivorsAnew && result === 'survived'),
  );
  const left = chosen.filter(({ id }) => !judged.some((each) => each.id === id));

  async function writeReport(): Promise<void> {
    await writeFile(reportFile, `${JSON.stringify(judged, null, 2)}\n`);
    await writeFile(join(reportFolder, 'report.md'), markdownOf(judged, known, options.heading));
  }

  if (left.length > 0) {
    await withPostgres(async (url) => {
      const admin = new pg.Client({ connectionString: url });
      const places: Workplace[] = [];
      const limits: Limits = new Map();
      try {
        await admin.connect();
        for (let worker = 0; worker < options.workers; worker++) places.push(await openWorkplace(root, url, limits));
        const end = performance.now() + options.limitMs;
        const isOver = stopOnSignal();
        await Promise.all(
          places.map(async (place) => {
            for (let next = left.shift(); next && !isOver() && performance.now() < end; next = left.shift()) {
              const verdict = await place.judge(next, options.testsOf(next.file));
              judged.push({ ...next, ...verdict });
              process.stdout.write(
                `${judged.length}/${chosen.length} ${verdict.result.padEnd(12)} ${next.id} ${next.file}:${next.line} ${next.kind} (${verdict.tookMs} ms)\n`,
              );
              await writeReport();
              await dropLeftovers(admin);
            }
          }),
        );
      } finally {
        await Promise.all(places.map((place) => place.close()));
        await admin.end().catch(() => undefined);
      }
    });
  }
  await writeReport();
  const { noticed, survived, equivalent, unreadable, score } = scoreOf(judged, known);
  process.stdout.write(
    `${judged.length} judged: ${noticed} noticed, ${survived} survived (${equivalent} of them equivalent), ${unreadable} unreadable; ${(score * 100).toFixed(1)} %. See ${reportFolder}/report.md\n`,
  );
}

function stopOnSignal(): () => boolean {
  let isStopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      isStopping = true;
    });
  }
  return () => isStopping;
}

async function withPostgres(work: (url: string) => Promise<void>): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'hwanbul-mutants-postgres-'));
  const postgres = await startEmbeddedPostgres({ dataDir, log: createLog('warn'), settings });
  try {
    await work(postgres.url);
  } finally {
    await postgres.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Databases of tests that were killed; one that is young may be somebody's who is about to connect. */
async function dropLeftovers(admin: pg.Client): Promise<void> {
  const { rows } = await admin.query<{ datname: string }>(
    `select datname from pg_database d where datname like 'test\\_%'
       and not exists (select from pg_stat_activity a where a.datid = d.oid)
       and (pg_stat_file('base/' || oid || '/PG_VERSION', true)).modification < now() - interval '3 minutes'`,
  );
  for (const { datname } of rows) await admin.query(`drop database if exists ${datname}`);
}

async function readJson<T>(path: string, otherwise: T): Promise<T> {
  return JSON.parse(await readFile(path, 'utf8').catch(() => JSON.stringify(otherwise))) as T;
}
