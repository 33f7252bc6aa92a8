import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';

export interface Ran {
  /** Standard output and standard error, as they came. */
  readonly output: string;
  /** The commands that failed, those within pipes and functions included. */
  readonly failed: readonly string[];
}

/** A shell that is pasted into, block after block: what one sets, the next one has. */
export interface Shell {
  paste(text: string): Promise<Ran>;
  /** Pastes what goes on by itself, waits until its output has `until`, and presses Ctrl-C. Answers the output. */
  pasteUntil(text: string, until: string): Promise<string>;
  close(): Promise<void>;
}

const failure = 'hwanbul-test-failed:';

/** Bash, in the given folder, with nothing of this process's environment but the path. */
export function openShell(cwd: string, env: NodeJS.ProcessEnv): Shell {
  const shell = start(cwd, env);
  let output = '';
  shell.stdout?.on('data', (chunk) => {
    output += chunk;
  });
  const ended = new Promise<void>((resolve, reject) => {
    shell.once('error', reject);
    shell.once('close', () => resolve());
  });
  // One stream, so that what comes stays in order; the trap writes to it from within pipes and substitutions, too.
  shell.stdin?.write(`exec 2>&1; set -E -o pipefail; trap 'echo "${failure} $BASH_COMMAND" >&2' ERR\n`);

  async function outputUntil(end: string): Promise<string> {
    while (!output.includes(end)) {
      await Promise.race([
        new Promise((resolve) => shell.stdout?.once('data', resolve)),
        ended.then(() => {
          throw new Error(`the shell has ended:\n${output}`);
        }),
      ]);
    }
    const [before = ''] = output.split(end);
    output = '';
    return before;
  }

  return {
    async paste(text) {
      const end = `hwanbul-test-${randomUUID()}`;
      shell.stdin?.write(`${text}\necho; echo ${end}\n`);
      const all = (await outputUntil(end)).trimEnd().split('\n');
      return {
        output: all.filter((line) => !line.startsWith(failure)).join('\n'),
        failed: all.filter((line) => line.startsWith(failure)).map((line) => line.slice(failure.length + 1)),
      };
    },
    async pasteUntil(text, until) {
      const other = start(cwd, env);
      other.stdin?.end(`${text}\n`);
      let shown = '';
      const { promise: seen, resolve } = Promise.withResolvers<void>();
      for (const stream of [other.stdout, other.stderr]) {
        stream?.on('data', (chunk) => {
          shown += chunk;
          if (shown.includes(until)) resolve();
        });
      }
      const closed = new Promise<void>((done) => other.once('close', () => done()));
      await Promise.race([seen, closed]);
      if (other.exitCode === null) process.kill(-(other.pid ?? 0), 'SIGINT');
      await closed;
      return shown;
    },
    async close() {
      shell.stdin?.end();
      await ended;
    },
  };
}

/** A group of its own, for Ctrl-C. */
function start(cwd: string, env: NodeJS.ProcessEnv): ChildProcess {
  return spawn('bash', ['--noprofile', '--norc'], {
    cwd,
    env: { PATH: process.env.PATH, ...env },
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}
