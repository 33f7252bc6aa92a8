import type { IncomingMessage } from 'node:http';
import { isLoopbackUrl } from '../platform/loopback.ts';
import { request } from '../platform/node-http.ts';
import { type Book, bytes, integer, text } from './book.ts';
import type { SimulatorNotice } from './control.ts';
import type { NoticeMessage, SimulatorNotices } from './definition.ts';

/**
 * Sends what the gateway tells the merchant by itself. A notice is written in the transaction of what it tells of, is sent
 * after that has been committed, and again with growing pauses until it is taken or the gateway's number of attempts is used
 * up. Pauses are shorter than a real gateway's, and in real time.
 */
export interface NoticeSender {
  /** Within a transaction of the book. Without an address nothing is kept: nobody is there to be told. */
  add(notice: { mid: string; orderId: string; message: NoticeMessage; now: Date }): void;
  /** Within a transaction of the book. */
  setUrl(url: string): void;
  /** Within a transaction of the book: once more, from the beginning. */
  sendAgain(id: number): void;
  /** Makes one attempt for each notice that was added since the last call; ends when these attempts have. */
  sendAdded(): Promise<void>;
  /** Makes an attempt for each notice whose pause is over. */
  sendDue(): Promise<void>;
}

const attemptLimitMs = 10_000;
const firstPauseMs = 500;
const longestPauseMs = 30_000;
const answerCharactersMax = 1_000;
const urlsMax = 5;

export function createNoticeSender(parts: {
  readonly provider: string;
  /** `undefined` once the simulator is closed. */
  readonly book: () => Book | undefined;
  readonly rules: SimulatorNotices | undefined;
  readonly log: (line: string) => void;
}): NoticeSender {
  const { rules, log } = parts;
  const added = new Set<number>();
  const underWay = new Set<number>();

  async function attempt(id: number): Promise<void> {
    const book = parts.book();
    if (!book || !rules || underWay.has(id)) return;
    const row = book.get(
      'select * from notices where id = ? and taken_at is null and attempts < ?',
      id,
      rules.attemptsMax,
    );
    const urls = noticeUrlsOf(book);
    if (!row || urls.length === 0) return;
    underWay.add(id);
    try {
      const isTaken = await sendToFirstReachable(urls, text(row, 'path'), {
        contentType: text(row, 'content_type'),
        body: bytes(row, 'body'),
        rules,
      });
      const attempts = Number(integer(row, 'attempts')) + 1;
      const pauseMs = Math.min(firstPauseMs * 2 ** (attempts - 1), longestPauseMs);
      parts
        .book()
        ?.run(
          'update notices set attempts = attempts + 1, next_attempt_at = ?, taken_at = ? where id = ?',
          Date.now() + pauseMs,
          isTaken ? Date.now() : null,
          id,
        );
      if (!isTaken) log(`${parts.provider}: a notice was not taken, attempt ${attempts} of ${rules.attemptsMax}`);
    } finally {
      underWay.delete(id);
    }
  }

  return {
    add({ mid, orderId, message, now }) {
      const book = parts.book();
      if (!book || noticeUrlsOf(book).length === 0) return;
      const row = book.get(
        `insert into notices (mid, order_id, path, content_type, body, made_at, next_attempt_at)
         values (?, ?, ?, ?, ?, ?, ?) returning id`,
        mid,
        orderId,
        message.path ?? '',
        message.contentType,
        Buffer.from(message.body as string),
        now.getTime(),
        Date.now() + firstPauseMs,
      );
      if (row) added.add(Number(integer(row, 'id')));
    },
    setUrl(url) {
      if (!isLoopbackUrl(url)) throw new Error('notices only go to this machine');
      const book = parts.book();
      const urls = book ? [url, ...noticeUrlsOf(book).filter((known) => known !== url)].slice(0, urlsMax) : [];
      book?.run('insert or replace into facts (name, value) values (?, ?)', 'notice_urls', JSON.stringify(urls));
      // An old address may have used their attempts up.
      book?.run('update notices set attempts = 0, next_attempt_at = ? where taken_at is null', Date.now());
    },
    sendAgain(id) {
      parts
        .book()
        ?.run('update notices set attempts = 0, taken_at = null, next_attempt_at = ? where id = ?', Date.now(), id);
      added.add(id);
    },
    async sendAdded() {
      const ids = [...added];
      added.clear();
      // One after the other, in the order in which things happened.
      for (const id of ids) await attempt(id);
    },
    async sendDue() {
      const due = parts.book()?.all(
        `select id, mid, order_id from notices where taken_at is null and next_attempt_at <= ? and attempts < ?
           order by id limit 100`,
        Date.now(),
        rules?.attemptsMax ?? 0,
      );
      const byOrder = Map.groupBy(due ?? [], (row) => JSON.stringify([row.mid, row.order_id]));
      await Promise.all(
        [...byOrder.values()].map(async (rows) => {
          // Those of one order in the order in which things happened.
          for (const row of rows) await attempt(Number(integer(row, 'id')));
        }),
      );
    },
  };
}

export function listNotices(book: Book, mid: string | null, orderId: string | null): SimulatorNotice[] {
  return book
    .all(
      'select * from notices where (?1 is null or mid = ?1) and (?2 is null or order_id = ?2) order by id',
      mid,
      orderId,
    )
    .map((row) => ({
      id: Number(integer(row, 'id')),
      mid: text(row, 'mid'),
      orderId: text(row, 'order_id'),
      path: text(row, 'path'),
      contentType: text(row, 'content_type'),
      body: bytes(row, 'body').toString('base64'),
      attempts: Number(integer(row, 'attempts')),
      isTaken: row.taken_at !== null,
    }));
}

/**
 * To the newest address; to an older one only where the newer ones can't be reached: of several servers on one database, one
 * that was started later may have been stopped before the others.
 */
async function sendToFirstReachable(
  urls: readonly string[],
  path: string,
  notice: { readonly contentType: string; readonly body: Buffer; readonly rules: SimulatorNotices },
): Promise<boolean> {
  for (const url of urls) {
    const address = path === '' ? url : `${url.replace(/\/$/, '')}/${encodeURIComponent(path)}`;
    const isTaken = await send(address, notice);
    if (isTaken !== undefined) return isTaken;
  }
  return false;
}

/** `undefined`: nobody listens there. */
async function send(
  url: string,
  { contentType, body, rules }: { contentType: string; body: Buffer; rules: SimulatorNotices },
): Promise<boolean | undefined> {
  try {
    const answer = await post(url, contentType, body);
    const answered = (await textOf(answer)).slice(0, answerCharactersMax);
    return rules.isTaken({ status: answer.statusCode ?? 0, body: answered });
  } catch (error) {
    return (error as { code?: unknown }).code === 'ECONNREFUSED' ? undefined : false;
  }
}

/** Over a connection of its own: a server that was started again has closed the old one. */
function post(url: string, contentType: string, body: Buffer): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request(url, {
      method: 'POST',
      headers: { 'content-type': contentType, 'content-length': body.length },
      agent: false,
      signal: AbortSignal.timeout(attemptLimitMs),
    })
      .on('response', resolve)
      .on('error', reject)
      .end(body);
  });
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) text += chunk;
  return text;
}

function noticeUrlsOf(book: Book): readonly string[] {
  const row = book.get(`select value from facts where name = 'notice_urls'`);
  return row ? (JSON.parse(text(row, 'value')) as string[]) : [];
}
