import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { CliFailure } from '../failure.ts';

/**
 * One process at a time per result file. Two would not refund twice (their keys are the same), but would write over each
 * other's lines. A lock whose process is gone, after a kill, is taken over.
 */
export function lockRun(resultPath: string): () => void {
  const path = `${resultPath}.lock`;
  for (let round = 0; round < 3; round++) {
    try {
      writeFileSync(path, `${process.pid}\n`, { flag: 'wx', mode: 0o600 });
      const unlock = (): void => rmSync(path, { force: true });
      process.once('exit', unlock);
      return unlock;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EEXIST') throw new CliFailure(`${path} can not be written (${code}).`);
      const owner = ownerOf(path);
      if (owner !== undefined && isAlive(owner)) {
        throw new CliFailure(`The run is going on already in process ${owner} (${path}).`);
      }
      rmSync(path, { force: true });
    }
  }
  throw new CliFailure(`${path} is being taken by another process.`);
}

function ownerOf(path: string): number | undefined {
  try {
    const text = readFileSync(path, 'utf8').trim();
    return /^\d{1,10}$/.test(text) ? Number(text) : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
