import { banks } from '../../platform/codes/banks.ts';
import { type Text, text } from '../../platform/language/text.ts';
import { withoutSeparators } from '../../platform/separators.ts';
import { quoted, quotedId } from '../../platform/table-file/quoted.ts';
import type { RowProblem } from '../../platform/table-file/read-table.ts';
import { koreanHead, type RefundColumn } from './columns.ts';
import type { RefundRow } from './read-rows.ts';

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

/** Measured, as by the server, without the hyphens and blanks that stand in them. */
const numbers: ReadonlySet<string> = new Set<RefundColumn>(['refund_account', 'refund_tel']);

/** What is wrong with a file by itself, before any payment is looked up. */
export function checkRows(rows: readonly RefundRow[]): readonly RowProblem[] {
  const seen = new Map<string, number>();
  return rows.flatMap(({ line, cells }) => {
    const problems = problemsOf(cells).map((problem) => ({ line, problem }));
    for (const name of ['imp_uid', 'merchant_uid'] as const) {
      const id = cells[name];
      if (id === undefined) continue;
      const earlier = seen.get(`${name} ${id}`);
      if (earlier === undefined) seen.set(`${name} ${id}`, line);
      else {
        const problem = text(
          `has the ${name} ${quotedId(id)} of line ${earlier} again; make one row of them`,
          `${earlier}행의 ${koreanHead(name)} ${quotedId(id)}이(가) 또 있습니다. 한 행으로 합치세요`,
        );
        problems.push({ line, problem });
      }
    }
    return problems;
  });
}

function problemsOf(cells: RefundRow['cells']): readonly Text[] {
  const problems: Text[] = [];
  if (cells.imp_uid === undefined && cells.merchant_uid === undefined) {
    problems.push(
      text(
        'has no imp_uid or merchant_uid: it must say which payment is meant',
        'imp_uid도 주문번호도 없습니다. 어떤 결제인지 적어야 합니다',
      ),
    );
  }
  for (const [name, most] of Object.entries(lengthsMax) as [RefundColumn, number][]) {
    const cell = cells[name] ?? '';
    const length = [...(numbers.has(name) ? withoutSeparators(cell) : cell)].length;
    if (length <= most) continue;
    problems.push(
      text(
        `the ${name} has ${length} characters; ${most} is the most, so shorten it`,
        `${koreanHead(name)}이(가) ${length}자입니다. ${most}자까지이니 줄이세요`,
      ),
    );
  }
  for (const name of ['amount', 'tax_free', 'vat_amount'] as const) {
    const problem = amountProblem(name, cells[name]);
    if (problem) problems.push(problem);
  }
  const missing = accountParts.filter((name) => cells[name] === undefined);
  if (missing.length > 0 && missing.length < accountParts.length) {
    const korean = missing.map((name) => koreanHead(name)).join(', ');
    problems.push(
      text(
        `has a refund account without ${missing.join(', ')}: give all of it`,
        `환불계좌에 ${korean}이(가) 없습니다. 모두 적으세요`,
      ),
    );
  }
  return problems;
}

function amountProblem(name: 'amount' | 'tax_free' | 'vat_amount', cell: string | undefined): Text | undefined {
  if (cell === undefined) return undefined;
  if (/^\d{1,15}(\.\d{1,3})?$/.test(cell)) {
    if (name !== 'amount' || Number(cell) !== 0) return undefined;
    // For the server 0 means all that is left; nobody who writes 0 means that.
    return text(
      `the amount is ${quoted(cell)}; leave it empty for all that is left`,
      `금액이 ${quoted(cell)}입니다. 남은 전액이면 비워 두세요`,
    );
  }
  const plain = cell.replace(/[\s,₩원]|KRW/gi, '').replace(/^-/, '');
  const isClear = /^\d{1,15}(\.\d{1,2})?$/.test(plain);
  return text(
    `the ${name} ${quoted(cell)} is no plain number: write ${isClear ? plain : 'it as 1000'}`,
    `${koreanHead(name)} ${quoted(cell)}은(는) 숫자만으로 된 금액이 아닙니다. ${isClear ? plain : '1000'}처럼 쓰세요`,
  );
}

const accountParts = ['refund_holder', 'refund_bank', 'refund_account'] as const;

/** What is wrong with the form of an account, where it is needed. The number itself is never shown. */
export function accountProblem(cells: RefundRow['cells']): Text | undefined {
  const { refund_account: account, refund_bank: bank } = cells;
  if (account !== undefined && /^\d(\.\d+)?e\+?\d+$/i.test(account)) {
    return text(
      'the refund_account was turned into a rounded number (…E+…) by a spreadsheet program: make the column text, and enter it again',
      '계좌번호가 엑셀에서 지수(…E+…)로 바뀌었습니다. 열 서식을 텍스트로 바꾸고 다시 입력하세요',
    );
  }
  if (account !== undefined && !/^\d+$/.test(account)) {
    return text(
      'the refund_account has something else than digits and hyphens',
      '계좌번호에 숫자와 하이픈 외의 문자가 있습니다',
    );
  }
  return bank === undefined || /^[A-Za-z0-9]{2,4}$/.test(bank) ? undefined : bankProblem(bank);
}

function bankProblem(bank: string): Text {
  const shown = quoted(bank);
  if (/^\d$/.test(bank)) {
    const code = bank.padStart(3, '0');
    return text(
      `the refund_bank ${shown} has lost its zeros in a spreadsheet program: write ${code}, in a column of text`,
      `은행코드 ${shown}: 엑셀에서 앞의 0이 지워졌습니다. 열 서식을 텍스트로 하고 ${code}(으)로 쓰세요`,
    );
  }
  const [code = '004'] = [...banks].find(([, name]) => name === `${bank}은행` || bank.endsWith(name)) ?? [];
  return text(
    `the refund_bank ${shown} is no code of a bank: write it as ${code}`,
    `은행코드 ${shown}이(가) 코드가 아닙니다. ${code}처럼 쓰세요`,
  );
}
