import { fileNameOf } from '../../platform/database/migrations/migration-files.ts';
import type {
  MigrationPlan,
  PlannedLock,
  PlannedMigration,
} from '../../platform/database/migrations/migration-plan.ts';
import type { HeldUp } from '../../platform/database/migrations/statement-locks.ts';
import { counted, number } from '../../platform/language/show.ts';
import { type Text, text, type Words } from '../../platform/language/text.ts';
import { version } from '../../platform/version.ts';

export function nothingMissing(known: number): Text {
  return text(
    `Nothing is missing: the database has all ${number(known)} migrations of this Hwanbul (${version}).`,
    `빠진 것이 없습니다. 이 Hwanbul(${version})의 마이그레이션 ${number(known)}개가 모두 적용되어 있습니다.`,
  );
}

export function planLines(plan: MigrationPlan): readonly Words[] {
  const { known, newest, missing } = plan;
  if (missing.length === 0) return [nothingMissing(known)];
  if (newest === 0) {
    return [
      text(
        `The database is empty: all ${number(known)} migrations of this Hwanbul (${version}) would be applied.`,
        `데이터베이스가 비어 있습니다. 이 Hwanbul(${version})의 마이그레이션 ${number(known)}개를 모두 적용하게 됩니다.`,
      ),
    ];
  }
  return [
    text(
      `The database has ${counted(newest, 'migration')}, this Hwanbul (${version}) knows ${number(known)}. To be applied:`,
      `데이터베이스에는 마이그레이션 ${number(newest)}개가 있고, 이 Hwanbul(${version})에는 ${number(known)}개가 있습니다. 적용할 것:`,
    ),
    ...missing.flatMap(linesOf),
    lastLine(plan),
  ];
}

function linesOf({ migration, indexes, locks }: PlannedMigration): readonly Words[] {
  const lines: Words[] = [fileNameOf(migration)];
  if (migration.breaks !== undefined) {
    const { oldestBeside: number, version, breaks } = migration;
    const which =
      number === version ? text('it', '이 마이그레이션') : text(`migration ${number}`, `마이그레이션 ${number}`);
    lines.push(
      text(
        `  BREAKS servers that do not know ${which.en}: ${breaks}`,
        `  ${which.ko}을(를) 모르는 서버는 실행될 수 없음: ${breaks}`,
      ),
    );
  }
  if (indexes.length > 0) {
    const list = indexes.join(', ');
    lines.push(
      text(`  makes ${list} while everybody works on`, `  서비스를 멈추지 않고 ${list} 인덱스를 만듦 (concurrently)`),
    );
  }
  return [...lines, ...locks.map(lockLine)];
}

const heldUpWords: Readonly<Record<HeldUp, Text>> = {
  everything: text('holds up reads and writes', '읽기와 쓰기가 기다림'),
  writes: text('holds up writes', '쓰기가 기다림'),
  rows: text('holds up writes to the rows that it changes', '변경하는 행의 쓰기가 기다림'),
};

function lockLine({ table, heldUp, rows, bytes, isLarge }: PlannedLock): Text {
  const { en, ko } = heldUpWords[heldUp];
  const size = `${number(Math.round(bytes / 1024 / 1024))} MiB`;
  return text(
    `  ${isLarge ? 'LARGE: ' : ''}${en} of ${table} until it is done (about ${counted(Math.round(rows), 'row')}, ${size})`,
    `  ${isLarge ? '큰 테이블: ' : ''}끝날 때까지 ${table}의 ${ko} (약 ${number(Math.round(rows))}행, ${size})`,
  );
}

function lastLine({ newest, missing }: MigrationPlan): Text {
  const oldest = missing.at(-1)?.oldestBeside;
  if (oldest === undefined) {
    return text('The servers that run now may go on.', '지금 실행 중인 서버는 계속 실행되어도 됩니다.');
  }
  const known = `${oldest.version} (${oldest.name})`;
  return oldest.version > newest
    ? text(
        `Stop the servers of older versions first: afterwards only those can run that know migration ${known}.`,
        `이전 버전의 서버를 먼저 멈추세요. 적용한 뒤에는 마이그레이션 ${known}을(를) 아는 서버만 실행될 수 있습니다.`,
      )
    : text(
        `The servers that know migration ${known} may go on.`,
        `마이그레이션 ${known}을(를) 아는 서버는 계속 실행되어도 됩니다.`,
      );
}

/** What programs get, in these names. */
export function plannedForPrograms({ known, newest, missing }: MigrationPlan) {
  return {
    program: version,
    known,
    database: newest,
    missing: missing.map(({ migration, oldestBeside, indexes, locks }) => ({
      version: migration.version,
      name: migration.name,
      breaks_older_processes: migration.breaks ?? null,
      oldest_beside: oldestBeside === undefined ? null : { version: oldestBeside.version, name: oldestBeside.name },
      indexes_made_concurrently: indexes,
      locks: locks.map(({ table, heldUp, rows, bytes, isLarge }) => ({
        table,
        held_up: heldUp,
        rows: Math.round(rows),
        bytes,
        is_large: isLarge,
      })),
    })),
  };
}
