import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';

/**
 * The program that looks after a test run (`caretaker.ts FOLDER`): when its standard input ends, because the run has, it ends
 * whatever belongs to the folder and removes it. A process belongs to it whose environment, command line or working folder
 * names it. Since the folder's name is random, nothing else does.
 */
const [folder = ''] = process.argv.slice(2);
/** Parents end before what they have just started shows: a few looks find all. */
const looks = 50;

process.stdin.resume().once('close', takeAllAway);
// It ends by the end of the run, and by nothing else.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

async function takeAllAway(): Promise<void> {
  for (let look = 0; look < looks; look += 1) {
    const left = processesOf(folder).filter((pid) => pid !== process.pid);
    if (left.length === 0) break;
    for (const pid of left) kill(pid);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  process.exit(0);
}

function processesOf(path: string): readonly number[] {
  if (process.platform !== 'linux') return byPs(path);
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && tracesOf(pid).some((trace) => trace.includes(path)));
}

function tracesOf(pid: number): readonly string[] {
  return [
    () => readFileSync(`/proc/${pid}/environ`, 'utf8'),
    () => readFileSync(`/proc/${pid}/cmdline`, 'utf8'),
    () => readlinkSync(`/proc/${pid}/cwd`),
  ].map((look) => {
    try {
      return look();
    } catch {
      // It has ended, or is another user's.
      return '';
    }
  });
}

/** With `e`, ps shows the environment behind the command, as far as this user may see it. */
function byPs(path: string): readonly number[] {
  return execFileSync('ps', ['eww', '-A', '-o', 'pid=,command='], { encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 })
    .split('\n')
    .filter((line) => line.includes(path))
    .map((line) => Number.parseInt(line, 10));
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}
