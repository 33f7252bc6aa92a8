/**
 * How long the program takes to start on a data folder that is there, with its embedded PostgreSQL, what it has had of the processor by then,
 * and how much memory it has: compiled, as it is published, as a ratio to the sources that a clone runs, in turn. `npm run bench:start [-- --rounds=5]`
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installProgram } from '../bundle.ts';
import { median, numberArgument } from './load.ts';

const rounds = numberArgument('rounds', 5);
const folder = await mkdtemp(join(tmpdir(), 'hwanbul-bench-'));

interface Start {
  readonly ms: number;
  /** Of the process alone, without PostgreSQL, as the memory is; `undefined` where the system does not tell. */
  readonly processorMs: number | undefined;
  readonly megabytes: number | undefined;
}

try {
  const published = join(folder, 'program');
  await installProgram(published);
  const programs = {
    'from its sources': fileURLToPath(new URL('../bin/hwanbul.js', import.meta.url)),
    'as it is published': join(published, 'bin/hwanbul.js'),
  };
  const first = await start(programs['from its sources']);
  const starts: Record<string, Start[]> = {};
  for (let round = 0; round < rounds; round++) {
    for (const [name, program] of Object.entries(programs)) {
      starts[name] ??= [];
      starts[name].push(await start(program));
    }
  }
  show('the very first, which makes the cluster', [first]);
  for (const [name, of] of Object.entries(starts)) show(name, of);
  const [sources = [], compiled = []] = Object.values(starts);
  const ratio = median(compiled.map(({ ms }) => ms)) / median(sources.map(({ ms }) => ms));
  process.stdout.write(`published to sources: ratio ${ratio.toFixed(2)}\n`);
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
}

function show(name: string, starts: readonly Start[]): void {
  const text = (numbers: readonly number[], unit: string) =>
    numbers.length > 0 ? `${median(numbers).toFixed(0).padStart(7)} ${unit}` : '';
  const processorText = text(
    starts.flatMap(({ processorMs }) => processorMs ?? []),
    'ms of the processor',
  );
  const memoryText = text(
    starts.flatMap(({ megabytes }) => megabytes ?? []),
    'MB',
  );
  process.stdout.write(
    `${name.padEnd(42)}${median(starts.map(({ ms }) => ms))
      .toFixed(0)
      .padStart(7)} ms${processorText}${memoryText}\n`,
  );
}

async function start(program: string): Promise<Start> {
  const begin = performance.now();
  const child = spawn(process.execPath, [program], {
    env: { PATH: process.env.PATH, PORT: '0', DATA_DIR: join(folder, 'data'), LOG_LEVEL: 'error' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    output += chunk;
    if (/ is listening on http/.test(output)) break;
  }
  const ms = performance.now() - begin;
  const [processorMs, megabytes] = [processorMsOf(child.pid ?? 0), residentMegabytes(child.pid ?? 0)];
  child.kill('SIGTERM');
  if (child.exitCode === null) await once(child, 'exit');
  return { ms, processorMs, megabytes };
}

function residentMegabytes(pid: number): number | undefined {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    return undefined;
  }
}

/** User's and system's time of all its threads. Linux tells them in hundredths of a second, whatever its clock ticks. */
function processorMsOf(pid: number): number | undefined {
  try {
    // After the name, which may hold anything, in parentheses.
    const fields = /\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return undefined;
  }
}
