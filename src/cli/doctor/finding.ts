import { type Text, text, type Words } from '../../platform/language/text.ts';

/** What is looked at, by the names that programs get. */
export const checkNames = {
  Node: text('Node', 'Node'),
  settings: text('settings', '설정'),
  mode: text('mode', '모드'),
  'data folder': text('data folder', '데이터 폴더'),
  'encryption key': text('encryption key', '암호화 키'),
  database: text('database', '데이터베이스'),
  migrations: text('migrations', '마이그레이션'),
  'mode of the database': text('mode of the database', '데이터베이스의 모드'),
  'key of the database': text('key of the database', '데이터베이스의 키'),
  ciphertexts: text('ciphertexts', '암호문'),
  'merchants file': text('merchants file', '가맹점 파일'),
  channel: text('channel', '채널'),
  'live mode': text('live mode', 'live 모드'),
  durability: text('durability', '내구성'),
  gateway: text('gateway', 'PG사'),
  server: text('server', '서버'),
  'log-in': text('log-in', '로그인'),
  'clock of the server': text('clock of the server', '서버 시계'),
  doubts: text('doubts', '결과 미확인'),
} as const satisfies Readonly<Record<string, Text>>;

export type Check = keyof typeof checkNames;

/** What one check found. `fix` is there when something is to be done. Holds no secret. */
export interface Finding {
  readonly check: Check;
  readonly state: 'good' | 'to_know' | 'to_fix';
  readonly found: Words;
  readonly fix: Words | null;
}

export function good(check: Check, found: Words): Finding {
  return { check, state: 'good', found, fix: null };
}

/** Nothing wrong, but worth knowing. */
export function toKnow(check: Check, found: Words): Finding {
  return { check, state: 'to_know', found, fix: null };
}

export function toFix(check: Check, found: Words, fix: Words): Finding {
  return { check, state: 'to_fix', found, fix };
}
