import { randomBytes } from 'node:crypto';
import type { Static } from 'typebox';
import { type Book, integer, json, text, textOrNull } from '../../../simulators/book.ts';
import { type ControlContext, type SimulatorContext, SimulatorRefusal } from '../../../simulators/definition.ts';
import type { SqlRow } from '../../../simulators/sqlite.ts';
import { type IdentityCode, identityCodes } from '../wire/codes.ts';
import type { CertifiedMessage, ConfirmMessage, PersonMessage, RequestMessage } from '../wire/protocol.ts';
import type { IdentityProvider } from '../wire/providers.ts';
import { certifiedPerson } from './person.ts';
import { codeLivesMs, phoneEndings, sandboxCode, triesMax } from './rules.ts';

/** The carriers' own book: who was asked, what was tried, and what came of it. */
export const certificationsSchema = `
create table if not exists certifications (
  mid text not null,
  order_id text not null,
  transaction_id text not null,
  person text not null,
  method text not null check (method in ('sms', 'app', 'window')),
  tries integer not null default 0,
  is_confirmed_in_app integer not null default 0,
  requested_at integer not null,
  certified text,
  primary key (mid, order_id)
) strict;
`;

type Person = Static<typeof PersonMessage>;

interface BookCertification {
  readonly orderId: string;
  readonly transactionId: string;
  readonly person: Person;
  readonly method: 'sms' | 'app' | 'window';
  readonly tries: number;
  readonly isConfirmedInApp: boolean;
  readonly requestedAt: Date;
  readonly certified: CertifiedMessage | null;
}

export function identityRefusal(code: IdentityCode): SimulatorRefusal {
  return new SimulatorRefusal(code, identityCodes[code].message);
}

export function requestCertification(
  { book, caller, now }: SimulatorContext,
  message: Static<typeof RequestMessage>,
): { readonly transactionId: string } {
  refusePerson(message.person);
  return insert(book, caller.mid, message.orderId, { person: message.person, method: message.method, now });
}

/** A wrong try counts, and so is no refusal that takes anything back. */
export function confirmCertification(
  provider: IdentityProvider,
  { book, caller, now }: SimulatorContext,
  message: Static<typeof ConfirmMessage>,
): CertifiedMessage | SimulatorRefusal {
  const found = certificationOf(book, caller.mid, message.orderId);
  if (!found || found.transactionId !== message.transactionId) return identityRefusal('I404');
  if (found.certified) return identityRefusal('I204');
  const over = whyOver(found, now);
  if (over) return identityRefusal(over);
  if (found.method === 'app') {
    if (!found.isConfirmedInApp) return identityRefusal('I205');
  } else if (message.code !== sandboxCode) {
    const where = 'where mid = ? and order_id = ?';
    book.run(`update certifications set tries = tries + 1 ${where}`, caller.mid, message.orderId);
    return identityRefusal(found.tries + 1 >= triesMax ? 'I202' : 'I201');
  }
  return certify(provider, { book, mid: caller.mid, now }, found);
}

export function stateOf(book: Book, mid: string, orderId: string, now: Date) {
  const found = certificationOf(book, mid, orderId);
  if (!found) return { state: 'not_found', person: null } as const;
  if (found.certified) return { state: 'certified', person: found.certified } as const;
  return { state: whyOver(found, now) ? 'over' : 'open', person: null } as const;
}

/** The person has just gone through the provider's window. */
export function certifyInWindow(
  provider: IdentityProvider,
  orderId: string,
  person: Person,
  { book, mid, now }: ControlContext,
): CertifiedMessage {
  refusePerson(person);
  const { transactionId } = insert(book, mid, orderId, { person, method: 'window', now });
  return certify(provider, { book, mid, now }, { orderId, transactionId, person });
}

/** The person says yes in the carrier's app. The merchant has yet to ask for the result. */
export function confirmInApp(orderId: string, { book, mid, now }: ControlContext): void {
  const found = certificationOf(book, mid, orderId);
  if (found?.method !== 'app') throw identityRefusal('I404');
  if (found.certified) throw identityRefusal('I204');
  const over = whyOver(found, now);
  if (over) throw identityRefusal(over);
  book.run('update certifications set is_confirmed_in_app = 1 where mid = ? and order_id = ?', mid, orderId);
}

/** For whoever looks into the book: no person. */
export function listCertifications(book: Book, mid: string | null, orderId: string | null) {
  const rows = book.all(
    `select * from certifications where (?1 is null or mid = ?1) and (?2 is null or order_id = ?2)
     order by requested_at, rowid`,
    mid,
    orderId,
  );
  return rows.map((row) => ({
    mid: text(row, 'mid'),
    orderId: text(row, 'order_id'),
    gatewayTid: text(row, 'transaction_id'),
    tries: Number(integer(row, 'tries')),
    isCertified: row.certified !== null,
  }));
}

function insert(
  book: Book,
  mid: string,
  orderId: string,
  made: { readonly person: Person; readonly method: BookCertification['method']; readonly now: Date },
): { readonly transactionId: string } {
  const transactionId = `standinv${randomBytes(12).toString('hex')}`;
  const changed = book.run(
    `insert into certifications (mid, order_id, transaction_id, person, method, requested_at) values (?, ?, ?, ?, ?, ?)
     on conflict do nothing`,
    mid,
    orderId,
    transactionId,
    JSON.stringify(made.person),
    made.method,
    made.now.getTime(),
  );
  if (changed === 0) throw identityRefusal('I103');
  return { transactionId };
}

function certify(
  provider: IdentityProvider,
  at: Pick<ControlContext, 'book' | 'mid' | 'now'>,
  { orderId, transactionId, person }: Pick<BookCertification, 'orderId' | 'transactionId' | 'person'>,
): CertifiedMessage {
  const certified = certifiedPerson(provider, at, transactionId, person);
  at.book.run(
    'update certifications set certified = ? where mid = ? and order_id = ?',
    JSON.stringify(certified),
    at.mid,
    orderId,
  );
  return certified;
}

function refusePerson({ phone }: Person): void {
  if (phone.endsWith(phoneEndings.nobody)) throw identityRefusal('I101');
  if (phone.endsWith(phoneEndings.stopped)) throw identityRefusal('I102');
}

function whyOver({ tries, requestedAt }: BookCertification, now: Date): 'I202' | 'I203' | undefined {
  if (tries >= triesMax) return 'I202';
  return now.getTime() - requestedAt.getTime() > codeLivesMs ? 'I203' : undefined;
}

function certificationOf(book: Book, mid: string, orderId: string): BookCertification | undefined {
  const row = book.get('select * from certifications where mid = ? and order_id = ?', mid, orderId);
  return row && certificationOfRow(row);
}

function certificationOfRow(row: SqlRow): BookCertification {
  return {
    orderId: text(row, 'order_id'),
    transactionId: text(row, 'transaction_id'),
    person: json(row, 'person'),
    method: text(row, 'method') as BookCertification['method'],
    tries: Number(integer(row, 'tries')),
    isConfirmedInApp: integer(row, 'is_confirmed_in_app') === 1n,
    requestedAt: new Date(Number(integer(row, 'requested_at'))),
    certified: textOrNull(row, 'certified') === null ? null : json(row, 'certified'),
  };
}
