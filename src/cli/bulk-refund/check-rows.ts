import type { RefundColumn, RefundRow, RowProblem } from './read-rows.ts';

/** As the server has them; found here, a long text can't stop a run half-way. */
const lengthsMax: Readonly<Partial<Record<RefundColumn, number>>> = Object.freeze({
  imp_uid: 32,
  merchant_uid: 40,
  reason: 256,
  refund_holder: 16,
  refund_bank: 4,
  refund_account: 16,
  refund_tel: 16,
});

/** What is wrong with a file by itself, before any payment is looked up. */
export function checkRows(rows: readonly RefundRow[]): readonly RowProblem[] {
  const seen = new Map<string, number>();
  return rows.flatMap(({ line, cells }) => {
    const problems = problemsOf(cells).map((problem) => ({ line, problem }));
    for (const name of ['imp_uid', 'merchant_uid'] as const) {
      const id = cells[name];
      if (id === undefined) continue;
      const earlier = seen.get(`${name} ${id}`);
      if (earlier !== undefined) problems.push({ line, problem: `has the ${name} of line ${earlier} again` });
      else seen.set(`${name} ${id}`, line);
    }
    return problems;
  });
}

function problemsOf(cells: RefundRow['cells']): readonly string[] {
  const problems: string[] = [];
  if (cells.imp_uid === undefined && cells.merchant_uid === undefined) problems.push('has no imp_uid or merchant_uid');
  for (const [name, most] of Object.entries(lengthsMax)) {
    const text = cells[name as RefundColumn];
    if (text !== undefined && [...text].length > most) problems.push(`the ${name} is longer than ${most}`);
  }
  for (const name of ['amount', 'tax_free', 'vat_amount'] as const) {
    const text = cells[name];
    if (text === undefined) continue;
    if (!/^\d{1,15}(\.\d{1,3})?$/.test(text)) problems.push(`the ${name} is no plain number such as 1000`);
    // For the server 0 means all that is left; nobody who writes 0 means that.
    else if (name === 'amount' && Number(text) === 0)
      problems.push('the amount is 0; leave it empty for all that is left');
  }
  const parts = ['refund_holder', 'refund_bank', 'refund_account'] as const;
  const missing = parts.filter((name) => cells[name] === undefined);
  if (missing.length > 0 && missing.length < parts.length)
    problems.push(`has a refund account without ${missing.join(', ')}`);
  return problems;
}
