import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { text } from '../../platform/language/text.ts';
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
      if (code !== 'EEXIST') {
        throw new CliFailure(text(`${path} can not be written (${code}).`, `${path}에 쓸 수 없습니다(${code}).`));
      }
      const owner = ownerOf(path);
      if (owner !== undefined && isAlive(owner)) {
        throw new CliFailure(
          text(
            `The run is going on already in process ${owner} (${path}).`,
            `이미 프로세스 ${owner}에서 진행 중입니다(${path}).`,
          ),
        );
      }
      rmSync(path, { force: true });
    }
  }
  throw new CliFailure(
    text(`${path} is being taken by another process.`, `다른 프로세스가 ${path}을(를) 잡고 있습니다.`),
  );
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
