import { counted, number, showTime } from '../../platform/language/show.ts';
import { joined, jsonIn, type Text, text } from '../../platform/language/text.ts';
import type { CommandContext } from '../command.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';
import { whenInterrupted } from '../interruption.ts';

export interface RotateOptions {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

type Result = Awaited<ReturnType<typeof import('../../start/rotate-key.ts').rotateKey>>;
type Report = Extract<Result, { kind: 'report' }>;
type Refused = Exclude<Result, { kind: 'report' }>;

/** Ends the run at the next batch; what has been written stays. */
class Interrupted extends Error {}

/** `hwanbul rotate-key`. */
export async function runRotateKey(
  { env, terminal }: CommandContext,
  { dryRun: isDryRun = false, json: isJson = false }: RotateOptions,
): Promise<ExitCode> {
  const { rotateKey } = await import('../../start/rotate-key.ts');
  let isInterrupted = false;
  let progress = { lookedAt: 0, rewritten: 0 };
  const letGo = whenInterrupted({
    first: () => {
      isInterrupted = true;
    },
    again: () => process.exit(exitCodes.unfinished),
  });
  try {
    const result = await rotateKey(env, {
      isDryRun,
      onBatch: (now) => {
        progress = { ...now };
        if (terminal.isLive) terminal.overwrite(terminal.say(soFar(progress)));
        if (isInterrupted) throw new Interrupted();
      },
    });
    if (result.kind !== 'report') throw failureOf(result);
    const summary = summarize(result);
    if (isJson) terminal.out(jsonIn(terminal.language, summary));
    else for (const line of linesOf(summary)) terminal.out(line);
    return summary.exit_code;
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    const words = joined(
      [
        text('Stopped. ', '중단했습니다. '),
        soFar(progress),
        text(' Run it again to go on.', ' 다시 실행하면 이어서 진행합니다.'),
      ],
      '',
    );
    throw new CliFailure(words, exitCodes.unfinished, { rewritten: progress.rewritten });
  } finally {
    letGo();
  }
}

function soFar({ lookedAt, rewritten }: { readonly lookedAt: number; readonly rewritten: number }): Text {
  return text(
    `${counted(lookedAt, 'row')} looked at, ${number(rewritten)} encrypted anew.`,
    `${number(lookedAt)}행을 확인했고 ${number(rewritten)}건을 다시 암호화했습니다.`,
  );
}

/** What programs get, in these names. */
interface Summary {
  readonly dry_run: boolean;
  readonly ciphertexts: number;
  readonly rewritten: number;
  readonly left_of_other_keys: number;
  readonly left_unbound: number;
  readonly unreadable: number;
  readonly unreadable_key_ids: readonly string[];
  readonly hashes_of_older_servers: number;
  /** In seconds since 1970. */
  readonly hashes_expire_at: number;
  readonly needed_previous_key_ids: readonly string[];
  /** Nothing needs a previous key, and nothing is left to be done. */
  readonly finished: boolean;
  readonly exit_code: ExitCode;
  readonly columns: readonly {
    readonly column: string;
    readonly ciphertexts: number;
    readonly rewritten: number;
    readonly left: number;
    readonly unreadable: number;
  }[];
}

function summarize({ isDryRun, columns, plainHashes, neededKeyIds }: Report): Summary {
  const sum = (of: (column: Report['columns'][number]) => number): number =>
    columns.reduce((total, column) => total + of(column), 0);
  const unreadable = sum((column) => column.unreadable);
  const left = sum(({ ofOtherKeys, unbound }) => ofOtherKeys + unbound);
  const finished = left + unreadable === 0 && neededKeyIds.length === 0;
  return {
    dry_run: isDryRun,
    ciphertexts: sum(({ ciphertexts }) => ciphertexts),
    rewritten: sum(({ rewritten }) => rewritten),
    left_of_other_keys: sum(({ ofOtherKeys }) => ofOtherKeys),
    left_unbound: sum(({ unbound }) => unbound),
    unreadable,
    unreadable_key_ids: [...new Set(columns.flatMap(({ unreadableKeyIds }) => unreadableKeyIds))],
    hashes_of_older_servers: Number(plainHashes?.count ?? 0n),
    hashes_expire_at: plainHashes ? Math.floor(plainHashes.until.getTime() / 1000) : 0,
    needed_previous_key_ids: neededKeyIds,
    finished,
    exit_code: unreadable > 0 ? exitCodes.no : finished || isDryRun ? exitCodes.done : exitCodes.unfinished,
    columns: columns.map(({ column, ciphertexts, rewritten, ofOtherKeys, unbound, unreadable }) => ({
      column,
      ciphertexts,
      rewritten,
      left: ofOtherKeys + unbound,
      unreadable,
    })),
  };
}

function linesOf(summary: Summary): readonly Text[] {
  const lines: Text[] = [];
  const { ciphertexts, rewritten, unreadable, columns } = summary;
  const left = summary.left_of_other_keys + summary.left_unbound;
  for (const each of columns) {
    lines.push(
      text(
        `${each.column}: ${counted(each.ciphertexts, 'ciphertext')}, ${number(each.rewritten)} encrypted anew, ${number(each.left)} left`,
        `${each.column}: 암호문 ${number(each.ciphertexts)}건, 다시 암호화 ${number(each.rewritten)}건, 남음 ${number(each.left)}건`,
      ),
    );
  }
  lines.push(
    text(
      `In all: ${counted(ciphertexts, 'ciphertext')}, ${number(rewritten)} encrypted anew; left: ${number(summary.left_of_other_keys)} of other keys, ${number(summary.left_unbound)} not bound to their rows.`,
      `합계: 암호문 ${number(ciphertexts)}건, 다시 암호화 ${number(rewritten)}건. 남음: 다른 키 ${number(summary.left_of_other_keys)}건, 행에 묶이지 않은 것 ${number(summary.left_unbound)}건.`,
    ),
  );
  if (unreadable > 0) lines.push(unreadableWords(summary));
  if (summary.finished) {
    lines.push(
      text(
        'Nothing is left: ENCRYPTION_KEY_PREVIOUS may be taken away.',
        '남은 것이 없습니다. ENCRYPTION_KEY_PREVIOUS를 제거해도 됩니다.',
      ),
    );
  } else if (summary.dry_run) {
    lines.push(text('Nothing was changed: this was a dry run.', '--dry-run이므로 아무것도 변경하지 않았습니다.'));
  } else if (left > 0) {
    lines.push(
      text(
        'Some rows were held by others all the time: run it once more.',
        '다른 작업이 계속 사용 중인 행이 있습니다. 한 번 더 실행하세요.',
      ),
    );
  } else if (unreadable === 0) lines.push(stillNeededWords(summary));
  return lines;
}

function unreadableWords({ unreadable, unreadable_key_ids: ids }: Summary): Text {
  const named =
    ids.length === 0
      ? text('', '')
      : text(` Keys that they name: ${ids.join(', ')}.`, ` 암호문에 적힌 키: ${ids.join(', ')}.`);
  return joined(
    [
      text(
        `${counted(unreadable, 'ciphertext')} can't be read with the keys that are given, or in the place where they are: keep ENCRYPTION_KEY_PREVIOUS, and add the key that is missing.`,
        `암호문 ${number(unreadable)}건을 주어진 키로, 또는 그 위치에서 읽을 수 없습니다. ENCRYPTION_KEY_PREVIOUS를 유지하고 빠진 키를 추가하세요.`,
      ),
      named,
    ],
    '',
  );
}

function stillNeededWords({
  hashes_of_older_servers: hashes,
  hashes_expire_at: expiry,
  needed_previous_key_ids: ids,
}: Summary): Text {
  const keys = ids.join(', ');
  return hashes > 0
    ? text(
        `Everything is encrypted anew. ${counted(hashes, 'Idempotency-Key')} of an older version still need the previous key (${keys}), the last one until ${showTime(expiry)}: run it again then.`,
        `모두 다시 암호화했습니다. 이전 버전에서 만든 Idempotency-Key ${number(hashes)}건에 아직 이전 키(${keys})가 필요합니다. 마지막 만료 시각 ${showTime(expiry)} 이후에 다시 실행하세요.`,
      )
    : text(
        `Everything is encrypted anew, but a server that runs has begun to write with another key (${keys}): restart it, and run this again.`,
        `모두 다시 암호화했지만, 실행 중인 서버가 다른 키(${keys})로 쓰기 시작했습니다. 그 서버를 다시 시작한 뒤 다시 실행하세요.`,
      );
}

function failureOf(refused: Refused): CliFailure {
  switch (refused.kind) {
    case 'impossible':
      return new CliFailure(refused.lines.join(' '), refused.hasBegun ? exitCodes.unfinished : exitCodes.usage);
    case 'no_key':
      return new CliFailure(
        text(
          'There is no encryption key: set ENCRYPTION_KEY, or DATA_DIR to the folder with encryption.key.',
          '암호화 키가 없습니다. ENCRYPTION_KEY를 설정하거나 DATA_DIR을 encryption.key가 있는 폴더로 설정하세요.',
        ),
      );
    case 'no_database':
      return new CliFailure(
        text(
          'There is no database yet: set DATABASE_URL or DATA_DIR as for the server, which makes it at its first start.',
          '데이터베이스가 아직 없습니다. 서버와 같은 DATABASE_URL 또는 DATA_DIR을 설정하세요. 서버가 처음 시작할 때 만들어집니다.',
        ),
      );
    case 'schema_differs':
      return new CliFailure(
        refused.isBehind
          ? text(
              'The database is of an older version: run hwanbul migrate, or start the server of this version, first.',
              '데이터베이스가 이전 버전입니다. 먼저 hwanbul migrate를 실행하거나 이 버전의 서버를 시작하세요.',
            )
          : refused.why,
      );
    case 'keys_missing':
      return keysFailure(
        refused.keyIds,
        text(
          'The database needs a key that is not given: add it to ENCRYPTION_KEY_PREVIOUS.',
          '데이터베이스에 필요한 키가 주어지지 않았습니다. ENCRYPTION_KEY_PREVIOUS에 추가하세요.',
        ),
      );
    case 'others_write':
      return keysFailure(
        refused.keyIds,
        text(
          'A server that runs writes with another key: restart every server with this ENCRYPTION_KEY, and the one before in ENCRYPTION_KEY_PREVIOUS, first.',
          '다른 키로 쓰는 서버가 실행 중입니다. 먼저 모든 서버를 이 ENCRYPTION_KEY와 이전 키(ENCRYPTION_KEY_PREVIOUS)로 다시 시작하세요.',
        ),
      );
  }
}

function keysFailure(keyIds: readonly string[], words: Text): CliFailure {
  return new CliFailure(
    joined([words, text(`(key ${keyIds.join(', ')})`, `(키 ${keyIds.join(', ')})`)], ' '),
    exitCodes.usage,
    {
      key_ids: keyIds,
    },
  );
}
