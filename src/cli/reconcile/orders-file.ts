import { joined, type Text, text } from '../../platform/language/text.ts';
import { headReader } from '../../platform/table-file/heads.ts';
import { quoted } from '../../platform/table-file/quoted.ts';
import { type RowProblem, readTable, wrongCellCount } from '../../platform/table-file/read-table.ts';
import { exitCodes } from '../exit-codes.ts';
import { CliFailure } from '../failure.ts';
import { readTextFile } from '../read-text.ts';

/** What no gateway knows of a payment that our book has lost. */
export interface NamedOrder {
  readonly order_id: string;
  readonly merchant_uid: string;
  readonly pay_method?: string;
  readonly store?: string;
}

/** The columns of the file, with the other names that they may have; it may have others. */
const names = {
  order_id: ['imp_uid', '아임포트 거래번호', '포트원 거래번호', 'PG 주문번호'],
  merchant_uid: ['주문번호', '가맹점 주문번호', '고객사 주문번호'],
  pay_method: ['결제수단'],
  store: ['하위상점', '상점'],
} as const;
type OrderColumn = keyof typeof names;
const columnOf = headReader(names);

const problemsShownMax = 50;

/** @throws CliFailure when it can't be read, with its lines. */
export async function readOrdersFile(path: string): Promise<ReadonlyMap<string, NamedOrder>> {
  const { orders, problems } = readOrders((await readTextFile(path)).text);
  if (problems.length === 0) return orders;
  const lines = problems
    .slice(0, problemsShownMax)
    .map(({ line, problem }) => text(`  line ${line}: ${problem.en}`, `  ${line}행: ${problem.ko}`));
  const first = text(`${path} can not be used:`, `${path}을(를) 쓸 수 없습니다:`);
  throw new CliFailure(joined([first, ...lines], '\n'), exitCodes.usage, { error: 'file_refused', problems });
}

function readOrders(contents: string): {
  readonly orders: ReadonlyMap<string, NamedOrder>;
  readonly problems: readonly RowProblem[];
} {
  const orders = new Map<string, NamedOrder>();
  const table = readTable(contents, columnOf);
  if ('problem' in table) return { orders, problems: [table] };
  const columns = table.head.cells.map(columnOf);
  const missing = (['order_id', 'merchant_uid'] as const).filter((name) => !columns.includes(name));
  if (missing.length > 0) {
    const list = missing.join(', ');
    return {
      orders,
      problems: [{ line: table.head.line, problem: text(`no column ${list}`, `${list} 열이 없습니다`) }],
    };
  }
  const problems: RowProblem[] = [];
  for (const { line, cells } of table.records) {
    const order =
      cells.length === columns.length
        ? readOrder(Object.fromEntries(columns.flatMap((name, index) => (name ? [[name, cells[index]]] : []))))
        : wrongCellCount(cells.length, columns.length);
    if ('en' in order) problems.push({ line, problem: order });
    else if (orders.has(order.order_id)) problems.push({ line, problem: twice(order.order_id) });
    else orders.set(order.order_id, order);
  }
  return { orders, problems };
}

function twice(order: string): Text {
  return text(`${quoted(order)} stands there twice`, `${quoted(order)}이(가) 두 번 있습니다`);
}

function readOrder(cells: Readonly<Partial<Record<OrderColumn, string>>>): NamedOrder | Text {
  const { order_id = '', merchant_uid = '', pay_method = '', store = '' } = cells;
  if (order_id === '' || merchant_uid === '') {
    return text('order_id and merchant_uid are both needed', 'order_id와 merchant_uid가 모두 필요합니다');
  }
  return { order_id, merchant_uid, ...(pay_method !== '' && { pay_method }), ...(store !== '' && { store }) };
}
