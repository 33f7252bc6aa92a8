import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readRefundFile } from '../../src/cli/bulk-refund/read-rows.ts';
import { CliFailure } from '../../src/cli/failure.ts';
import { readSettlement } from '../../src/cli/reconcile/settlement-file.ts';
import { encodeEucKr } from '../../src/platform/charset/euc-kr.ts';
import { accountProblem, checkRows } from '../../src/rules/refund-file/check-rows.ts';
import { newFolder } from './program.ts';

function written(t: TestContext, name: string, contents: string | Buffer): string {
  const path = join(newFolder(t), name);
  writeFileSync(path, contents);
  return path;
}

const refund = { merchant_uid: 'ord-1', amount: '1000', reason: '단순 변심' };
const utf16 = (contents: string): Buffer => Buffer.from(`\uFEFF${contents}`, 'utf16le');

test('a refund file is read as spreadsheet programs in Korea write it', async (t) => {
  for (const [what, name, contents] of [
    ['UTF-8', 'a.csv', 'merchant_uid,amount,reason\nord-1,1000,단순 변심\n'],
    ['UTF-8 with its mark', 'a.csv', '\uFEFFmerchant_uid,amount,reason\r\nord-1,1000,단순 변심\r\n'],
    ['CP949', 'a.csv', encodeEucKr('주문번호,금액,사유\r\nord-1,1000,단순 변심\r\n')],
    ['semicolons', 'a.csv', '주문번호;금액;사유\nord-1;1000;단순 변심\n'],
    ['tabs in UTF-16', 'a.txt', utf16('주문번호\t금액\t사유\r\nord-1\t1000\t단순 변심\r\n')],
    ['tabs', 'a.tsv', 'merchant_uid\tamount\treason\nord-1\t1000\t단순 변심\n'],
    ['a separator that is said', 'a.csv', 'sep=;\n주문번호;금액;사유\nord-1;1000;단순 변심\n'],
    ['other cases and spaces', 'a.csv', 'Merchant UID,AMOUNT,Reason\nord-1,1000,단순 변심\n'],
    ['a decomposed head', 'a.csv', `${'주문번호,금액,사유'.normalize('NFD')}\nord-1,1000,단순 변심\n`],
    ['other Korean names', 'a.csv', '고객사 주문번호,환불 금액(원),취소사유\nord-1,1000,단순 변심\n'],
    ['a used range that is too wide', 'a.csv', '주문번호,금액,사유,,\nord-1,1000,단순 변심,,\n,,,,\n'],
    ['JSON lines', 'a.jsonl', '{"주문번호":"ord-1","Amount":1000,"reason":"단순 변심"}\n'],
  ] as const) {
    const { rows, problems } = await readRefundFile(written(t, name, contents));
    assert.deepEqual([rows.map(({ cells }) => cells), problems], [[refund], []], what);
  }
});

test('a file keeps its line numbers whatever stands before a row, and an account its digits only', async (t) => {
  const contents =
    'sep=;\n\n주문번호;예금주;은행코드;계좌번호\n;;;\na;홍;004;"056-076923-01-017"\n"b\nb";홍;88;056 076923\n';
  const { rows } = await readRefundFile(written(t, 'a.csv', contents));
  assert.deepEqual(
    rows.map(({ line, cells }) => [line, cells.refund_account]),
    [
      [5, '05607692301017'],
      [6, '056076923'],
    ],
  );
});

test('what can not be read as a whole is refused with its cure', async (t) => {
  for (const [name, contents, expected] of [
    ['a.csv', Buffer.from([0x61, 0xff, 0xff, 0x0a]), /neither UTF-8 nor CP949.*save it as CSV UTF-8/],
    ['a.csv', 'PK\u0003\u0004 rest of a workbook', /workbook.*save it as CSV/],
    ['a.xlsx', 'anything', /workbook: save it as CSV/],
    ['a.doc', 'anything', /must end with \.csv or \.jsonl/],
    [
      'a.csv',
      'imp_uid,amonut\nimp_1,3\n',
      /line 1: unknown column "amonut": take it away, or give it one of these names: imp_uid/,
    ],
    [
      'a.csv',
      '주문번호,금액,amount\na,1,2\n',
      /line 1: the column amount stands there twice, as "금액" and as "amount"; take one/,
    ],
    ['a.csv', 'imp_uid,reason\nimp_1,"open\n', /line 2: a quote \("\) is opened and not closed/],
    ['a.csv', 'imp_uid,reason\nimp_1,a"b"c\n', /line 2: a quote \("\) stands in the middle of a cell/],
    ['a.csv', 'imp_uid\n', /has no rows/],
  ] as const) {
    await assert.rejects(readRefundFile(written(t, name, contents)), (error) => {
      assert.ok(error instanceof CliFailure);
      assert.match(error.message, expected);
      return true;
    });
  }
});

test('what is wrong with a row is told with the value and the cure, and no number of an account or a card is shown', () => {
  const problemsOf = (cells: object): readonly string[] =>
    checkRows([{ row: 1, line: 2, cells: { imp_uid: 'imp_1', ...cells } }]).map(({ problem }) => problem.en);
  for (const [cells, expected] of [
    [{ amount: '1,000' }, 'the amount "1,000" is no plain number: write 1000'],
    [{ amount: '₩12,300원' }, 'the amount "₩12,300원" is no plain number: write 12300'],
    [{ amount: '-300' }, 'the amount "-300" is no plain number: write 300'],
    [{ amount: 'all' }, 'the amount "all" is no plain number: write it as 1000'],
    [{ amount: '0.00' }, 'the amount is "0.00"; leave it empty for all that is left'],
    [{ amount: '110-123-456789' }, 'the amount "***-***-**6789" is no plain number: write it as 1000'],
    [{ amount: '4092 0230 1234 1234' }, 'the amount "**** **** **** 1234" is no plain number: write it as 1000'],
    [{ vat_amount: '1.000,5' }, 'the vat_amount "1.000,5" is no plain number: write it as 1000'],
    [{ reason: 'x'.repeat(300) }, 'the reason has 300 characters; 256 is the most, so shorten it'],
    [{ refund_bank: '004' }, 'has a refund account without refund_holder, refund_account: give all of it'],
  ] as const) {
    assert.deepEqual(problemsOf(cells), [expected]);
  }
  const account = { refund_holder: '홍길동', refund_bank: '004', refund_account: '110123456789' };
  for (const [change, expected] of [
    [{}, undefined],
    [{ refund_bank: '88' }, undefined],
    [{ refund_bank: 'BK88' }, undefined],
    [{ refund_bank: '4' }, /"4" has lost its zeros .* write 004/],
    [{ refund_bank: '국민' }, /"국민" is no code of a bank: write it as 004/],
    [{ refund_bank: 'KB국민은행' }, /write it as 004/],
    [{ refund_account: '1.10123E+11' }, /rounded number .* make the column text/],
    [{ refund_account: '110x123456789' }, /something else than digits and hyphens/],
  ] as const) {
    const problem = accountProblem({ ...account, ...change });
    if (expected) assert.match(problem?.en ?? '', expected);
    else assert.equal(problem, undefined);
    assert.doesNotMatch(`${problem?.en}${problem?.ko}`, /456789|10123/);
  }
});

test('a settlement file is read as gateways and spreadsheet programs in Korea write it', () => {
  const expected = [
    { type: 'payment', transaction_id: 'T1', order_id: 'o1', currency: 'KRW', amount: 12_000, at: 1_769_817_600 },
    { type: 'cancellation', transaction_id: 'C1', order_id: 'o1', currency: 'KRW', amount: 1_500, at: 1_769_817_600 },
  ];
  for (const contents of [
    '거래구분;거래번호;주문번호;거래금액;거래일시\n승인;T1;o1;12,000;2026.01.31 09:00:00\n취소;C1;o1;-1,500;2026/01/31 09:00\n',
    'Type\tTransaction_ID\tOrder ID\tAMOUNT\tAt\tFee\nPAYMENT\tT1\to1\t12000\t2026-01-31T09:00:00\t3\nCancellation\tC1\to1\t1500\t2026-01-31 09:00\t0\n',
  ]) {
    const read = readSettlement(contents);
    assert.deepEqual(read, { ok: true, transactions: expected });
  }
  const wrong = readSettlement('구분,주문번호,금액\n결제,o1,1\n');
  assert.ok(!wrong.ok);
  assert.equal(wrong.problems[0]?.problem.ko, '거래번호, 일시(transaction_id, at) 열이 없습니다');
});
