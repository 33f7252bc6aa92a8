import { type Book, integer, text } from './book.ts';

/** Answers kept under an idempotency key, for gateways that replay them. `scope` is the method and the path. */
export interface StoredAnswer {
  readonly status: number;
  readonly body: string;
}

export interface AnswerKey {
  readonly mid: string;
  readonly scope: string;
  readonly key: string;
}

export function storedAnswer(book: Book, at: AnswerKey, keptSince: Date): StoredAnswer | undefined {
  const row = book.get(
    'select status, body from stored_answers where mid = ? and scope = ? and key = ? and stored_at > ?',
    at.mid,
    at.scope,
    at.key,
    keptSince.getTime(),
  );
  return row && { status: Number(integer(row, 'status')), body: text(row, 'body') };
}

export function storeAnswer(book: Book, at: AnswerKey, answer: StoredAnswer, now: Date): void {
  book.run(
    `insert or replace into stored_answers (mid, scope, key, status, body, stored_at) values (?, ?, ?, ?, ?, ?)`,
    at.mid,
    at.scope,
    at.key,
    answer.status,
    answer.body,
    now.getTime(),
  );
}
