import type { Database } from '../../platform/database/pool.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { type Text, text } from '../../platform/language/text.ts';
import { readAmount } from '../../platform/money/currency.ts';
import { supportOf } from '../../port/capabilities.ts';
import { choosePayment } from '../../rules/refund-file/choose-payment.ts';
import { type GatewayRules, lacksAccount } from '../../rules/refund-file/gateway-rules.ts';
import { paymentAgain, planRow } from '../../rules/refund-file/plan-row.ts';
import type { RefundRow } from '../../rules/refund-file/read-rows.ts';
import { decideCancel } from '../cancellation/decide.ts';
import type { CancelRequest } from '../cancellation/request.ts';
import { readEscrow } from '../escrow/find-shipping.ts';
import type { Channel, Channels } from '../merchants/channels.ts';
import { type CancellationKind, cancellationKinds, type Operation } from '../records/operation.ts';
import { operationsWithPaymentSql } from '../records/operation-payment-sql.ts';
import { openStatesSql } from '../records/operation-states.ts';
import { cancellableMinor, type Payment } from '../records/payment.ts';

export interface PlanParts {
  readonly database: Database;
  readonly channels: Channels;
}

/** A row as it would be carried out. */
export interface PlannedRow {
  readonly row: RefundRow;
  readonly payment: Pick<Payment, 'id' | 'imp_uid' | 'merchant_uid' | 'provider' | 'currency'>;
  readonly amountMinor: bigint;
  readonly balanceMinor: bigint;
  readonly taxFreeMinor: bigint | null;
  readonly vatMinor: bigint | null;
}

export interface RowRefused {
  readonly row: RefundRow;
  readonly payment: PlannedRow['payment'] | undefined;
  readonly problem: Text;
  readonly lacksAccount: boolean;
}

/** Rows whose payments are looked up by one statement. */
const rowsAtOnce = 500;

/** Looks every payment up and decides what each row would do, or why it can't, some at a time. It moves nothing. */
export async function* planRows(
  parts: PlanParts,
  merchantId: bigint,
  rows: readonly RefundRow[],
  choices: { readonly allowSameAmount: boolean },
): AsyncGenerator<readonly (PlannedRow | RowRefused)[]> {
  const taken = new Map<string, number>();
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    const part = rows.slice(from, from + rowsAtOnce);
    const found = await lookUp(parts.database, merchantId, part);
    const planned: (PlannedRow | RowRefused)[] = [];
    for (const row of part) {
      const payment = choosePayment(row, found.named);
      if ('problem' in payment) {
        planned.push({ row, payment: undefined, problem: payment.problem, lacksAccount: false });
        continue;
      }
      const earlier = taken.get(payment.imp_uid);
      taken.set(payment.imp_uid, row.line);
      planned.push(
        earlier === undefined
          ? await planOne(parts, row, payment, found, choices)
          : { row, payment, problem: paymentAgain(payment.imp_uid, earlier), lacksAccount: false },
      );
    }
    yield planned;
  }
}

interface OpenOperation extends Pick<Operation, 'id' | 'kind' | 'state' | 'requested_at'> {
  readonly payment_id: bigint;
}

interface Found {
  readonly named: (name: 'imp_uid' | 'merchant_uid', id: string) => readonly Payment[];
  readonly open: ReadonlyMap<bigint, readonly OpenOperation[]>;
  /** Payment → a bulk refund that is going to give it back as well. */
  readonly elsewhere: ReadonlyMap<bigint, string>;
}

async function lookUp(database: Database, merchantId: bigint, rows: readonly RefundRow[]): Promise<Found> {
  const impUids = rows.flatMap(({ cells }) => cells.imp_uid ?? []);
  const orders = rows.flatMap(({ cells }) => (cells.imp_uid === undefined ? (cells.merchant_uid ?? []) : []));
  const byImpUid = await database.query<Payment>(
    'select * from payments where merchant_id = $1 and imp_uid = any($2)',
    [merchantId, impUids],
  );
  const byOrder = await database.query<Payment>(
    'select * from payments where merchant_id = $1 and merchant_uid = any($2)',
    [merchantId, orders],
  );
  const ids = [...new Set([...byImpUid, ...byOrder].map(({ id }) => id))];
  const open = await database.query<OpenOperation>(
    `select o.id, o.kind, o.state, o.requested_at, p.id as payment_id from ${operationsWithPaymentSql}
     where o.merchant_id = $1 and o.state in ${openStatesSql} and p.id = any($2) order by o.id`,
    [merchantId, ids],
  );
  const elsewhere = await database.query<{ payment_id: bigint; bulk_id: string }>(
    `select r.payment_id, r.bulk_id from bulk_refund_rows r
     join bulk_refunds b on b.merchant_id = r.merchant_id and b.id = r.bulk_id
     where r.merchant_id = $1 and r.payment_id = any($2) and r.state = 'waiting' and b.state <> 'discarded'`,
    [merchantId, ids],
  );
  const impUidsFound = Map.groupBy(byImpUid, ({ imp_uid }) => imp_uid);
  const ordersFound = Map.groupBy(byOrder, ({ merchant_uid }) => merchant_uid);
  return {
    named: (name, id) => (name === 'imp_uid' ? impUidsFound : ordersFound).get(id) ?? [],
    open: Map.groupBy(open, ({ payment_id }) => payment_id),
    elsewhere: new Map(elsewhere.map(({ payment_id, bulk_id }) => [payment_id, bulk_id])),
  };
}

const cancels: ReadonlySet<string> = new Set<CancellationKind>(
  cancellationKinds.filter((kind) => kind !== 'revoke_receipt'),
);

async function planOne(
  parts: PlanParts,
  row: RefundRow,
  payment: Payment,
  { open, elsewhere }: Found,
  choices: { readonly allowSameAmount: boolean },
): Promise<PlannedRow | RowRefused> {
  const { imp_uid: impUid, currency } = payment;
  const channel = await parts.channels.byId(payment.channel_id);
  const rules = rulesOf(channel, payment);
  const operations = open.get(payment.id) ?? [];
  const doubt = operations.find(({ state }) => state === 'in_doubt');
  const refused = (problem: Text): RowRefused => ({
    row,
    payment,
    problem,
    lacksAccount: rules !== undefined && lacksAccount(rules, row.cells),
  });
  const result = planRow(
    row,
    {
      impUid,
      merchantUid: payment.merchant_uid,
      status: payment.status,
      currency,
      provider: payment.provider,
      payMethod: payment.pay_method,
      isTest: payment.sandbox,
      amountMinor: payment.amount_minor,
      balanceMinor: cancellableMinor(payment),
      cancellations: payment.cancel_history.map((each) => ({
        amountMinor: BigInt(each.amount_minor),
        at: each.cancelled_at,
      })),
    },
    {
      rules,
      doubt: doubt && { id: doubt.id, kind: doubt.kind, requestedAt: Math.floor(doubt.requested_at.getTime() / 1000) },
      unended: operations.find(({ kind }) => cancels.has(kind)),
      allowSameAmount: choices.allowSameAmount,
    },
  );
  if (!('amountMinor' in result)) return refused(result);
  const other = elsewhere.get(payment.id);
  if (other !== undefined) return refused(inAnotherFile(impUid, other));
  const planned = {
    row,
    payment,
    ...result,
    taxFreeMinor: partOf(row.cells.tax_free, currency),
    vatMinor: partOf(row.cells.vat_amount, currency),
  };
  const no = await refusalOf(parts.database, channel, payment, row);
  return no ? refused(no) : planned;
}

/** The server's own decision: what it would refuse as a single cancellation, it does not plan. */
async function refusalOf(
  database: Database,
  channel: Channel,
  payment: Payment,
  { cells }: RefundRow,
): Promise<Text | undefined> {
  const request: CancelRequest = {
    impUid: payment.imp_uid,
    merchantUid: undefined,
    amount: cells.amount,
    checksum: undefined,
    taxFree: cells.tax_free,
    vatAmount: cells.vat_amount,
    reason: cells.reason,
    refundHolder: cells.refund_holder,
    refundBank: cells.refund_bank,
    refundAccount: cells.refund_account,
    refundTel: cells.refund_tel,
    details: {},
  };
  try {
    decideCancel(payment, request, channel, payment.escrow ? await readEscrow(database, payment) : undefined);
    return undefined;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { imp_uid: impUid } = payment;
    return text(`${impUid}: ${error.entry.meaning}`, `${impUid}: ${error.message}`);
  }
}

function rulesOf({ gateway }: Channel, { pay_method }: Payment): GatewayRules | undefined {
  const method = gateway.capabilities.payMethods[pay_method];
  if (!method) return undefined;
  return {
    support: supportOf(gateway.capabilities, pay_method, 'cancel'),
    partialCancel: method.partialCancel,
    partialCancelsMax: method.partialCancelsMax ?? null,
    refundAccount: method.refundAccount,
    knowsBank: (code) => gateway.codes.bankMeant(code) !== undefined,
  };
}

/** It has been looked at as a part of the amount. */
function partOf(cell: string | undefined, currency: string): bigint | null {
  if (cell === undefined) return null;
  const reading = readAmount(cell, currency as Parameters<typeof readAmount>[1]);
  return reading.ok ? reading.minor : null;
}

function inAnotherFile(impUid: string, bulkId: string): Text {
  return text(
    `${impUid} stands in the bulk refund ${bulkId} as well, which has not ended: let it end, or discard it`,
    `${impUid}은(는) 아직 끝나지 않은 일괄 환불 ${bulkId}에도 있습니다. 끝난 뒤에 하거나 그 일괄 환불을 폐기하세요`,
  );
}
