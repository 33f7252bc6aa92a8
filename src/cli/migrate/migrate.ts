import { fileNameOf, type Migration } from '../../platform/database/migrations/migration-files.ts';
import { counted, number } from '../../platform/language/show.ts';
import { jsonIn, text } from '../../platform/language/text.ts';
import { version } from '../../platform/version.ts';
import type { CommandContext } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';
import { whenInterrupted } from '../interruption.ts';
import type { Terminal } from '../terminal.ts';
import { nothingMissing, planLines, plannedForPrograms } from './show-plan.ts';

export interface MigrateOptions {
  readonly plan?: boolean;
  readonly json?: boolean;
}

type Result = Awaited<ReturnType<typeof import('../../start/migrate.ts').runMigrations>>;

/** Ends the run before the next migration; what has been applied stays. */
class Interrupted extends Error {}

interface AppliedOne {
  readonly migration: Migration;
  readonly tookMs: number;
}

/** `hwanbul migrate`. */
export async function runMigrate(
  { env, terminal }: CommandContext,
  { plan: isPlanOnly = false, json: isJson = false }: MigrateOptions,
): Promise<ExitCode> {
  const { runMigrations } = await import('../../start/migrate.ts');
  const applied: AppliedOne[] = [];
  let isInterrupted = false;
  const letGo = whenInterrupted({
    first: () => {
      isInterrupted = true;
      terminal.note(text('Stopping before the next migration…', '다음 마이그레이션 전에 멈춥니다…'));
    },
    again: () => process.exit(exitCodes.unfinished),
  });
  try {
    const running = runMigrations(env, {
      isPlanOnly,
      assertWanted: () => {
        if (isInterrupted) throw new Interrupted();
      },
      listener: {
        applied(migration, tookMs) {
          applied.push({ migration, tookMs });
          if (!isJson) terminal.out(appliedLine({ migration, tookMs }));
        },
        ...notesOn(terminal),
      },
    });
    const result = await terminal.whileWaiting(
      text('Migrating the database', '데이터베이스를 마이그레이션하는 중'),
      running,
    );
    if (result.kind !== 'done') throw failureOf(result, applied);
    const { plan } = result;
    if (isJson) {
      const summary = isPlanOnly ? plannedForPrograms(plan) : summarize(applied, plan.known);
      terminal.out(jsonIn(terminal.language, { ...summary, exit_code: exitCodes.done }));
    } else if (isPlanOnly) for (const line of planLines(plan)) terminal.out(line);
    else terminal.out(endLine(applied, plan.known));
    return exitCodes.done;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    const words = text(
      `Stopped after ${counted(applied.length, 'migration')}. Run it again to go on.`,
      `마이그레이션 ${number(applied.length)}개를 적용하고 멈췄습니다. 다시 실행하면 이어서 진행합니다.`,
    );
    throw new CliFailure(words, exitCodes.unfinished, { applied: applied.map(forPrograms) });
  } finally {
    letGo();
  }
}

function notesOn(terminal: Terminal) {
  return {
    heldUp(migration: Migration, holders: readonly string[]) {
      const [name, who] = [fileNameOf(migration), holders.join(', ')];
      terminal.note(text(`${name} waits for ${who}.`, `${name}: ${who}을(를) 기다립니다.`));
    },
    triesAgain(migration: Migration, attempt: number, attempts: number) {
      const name = fileNameOf(migration);
      terminal.note(
        text(
          `${name} has not got its locks and let go; it is tried again after a pause (${attempt} of ${attempts}).`,
          `${name}: 잠금을 얻지 못해 물러났습니다. 잠시 후 다시 시도합니다(${attempt}/${attempts}).`,
        ),
      );
    },
    waitsForOther() {
      terminal.note(
        text(
          'Another process is migrating this database: waiting for it.',
          '다른 프로세스가 이 데이터베이스를 마이그레이션하고 있습니다. 기다립니다.',
        ),
      );
    },
  };
}

function appliedLine({ migration, tookMs }: AppliedOne) {
  const seconds = (tookMs / 1000).toFixed(1);
  const name = fileNameOf(migration);
  return text(`${name}: applied in ${seconds} s`, `${name}: 적용됨, ${seconds}초`);
}

function endLine(applied: readonly AppliedOne[], known: number) {
  return applied.length === 0
    ? nothingMissing(known)
    : text(
        `Done: ${counted(applied.length, 'migration')} applied; the database has all ${number(known)} of this Hwanbul (${version}).`,
        `완료: 마이그레이션 ${number(applied.length)}개를 적용했습니다. 이 Hwanbul(${version})의 ${number(known)}개가 모두 있습니다.`,
      );
}

/** What programs get, in these names. */
function summarize(applied: readonly AppliedOne[], known: number) {
  return { program: version, known, applied: applied.map(forPrograms) };
}

function forPrograms({ migration, tookMs }: AppliedOne) {
  return { version: migration.version, name: migration.name, took_ms: Math.round(tookMs) };
}

function failureOf(refused: Exclude<Result, { kind: 'done' }>, applied: readonly AppliedOne[]): CliFailure {
  const details = applied.length === 0 ? {} : { applied: applied.map(forPrograms) };
  switch (refused.kind) {
    case 'impossible':
      return new CliFailure(
        refused.lines.join(' '),
        applied.length === 0 ? exitCodes.usage : exitCodes.unfinished,
        details,
      );
    case 'no_database':
      return new CliFailure(
        text(
          'There is no database yet: set DATABASE_URL or DATA_DIR as for the server. An embedded one is made by the first start of a server.',
          '데이터베이스가 아직 없습니다. 서버와 같은 DATABASE_URL 또는 DATA_DIR을 설정하세요. 내장 데이터베이스는 서버가 처음 시작할 때 만들어집니다.',
        ),
      );
    case 'refused':
      return new CliFailure(refused.why, exitCodes.no, { error: 'migration_refused', ...details });
    case 'given_up':
      return new CliFailure(refused.why, exitCodes.unfinished, { error: 'locks_not_free', ...details });
  }
}
