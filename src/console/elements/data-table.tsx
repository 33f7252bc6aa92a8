import { type ReactNode, useCallback, useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';
import type { Pages } from '../api/questions.ts';
import { useWords } from '../language/words.ts';
import { Button } from './button.tsx';
import { copyText } from './copy-id.tsx';
import { EmptyState } from './empty-state.tsx';
import { useKeys } from './keys.ts';
import { Loading } from './loading.tsx';
import { Problem } from './problem.tsx';
import { useToast } from './toast.tsx';
import { elementWords } from './words.ts';

export interface Column<Row> {
  readonly key: string;
  readonly head: string;
  /** Of the first column where rows lead somewhere: what the link says, so nothing that can be pressed. */
  cell(row: Row): ReactNode;
  /** Beside the cell and outside its link: a `CopyId`, say. */
  beside?(row: Row): ReactNode;
  readonly align?: 'start' | 'end';
  /** Shown only when somebody chooses it. */
  readonly isHidden?: boolean;
  /** Always there: it can't be chosen away. */
  readonly isFixed?: boolean;
  /** The value of `sort` that stands for this column, where the list can be sorted by it. */
  readonly sort?: string;
}

export interface DataTableProps<Row> {
  /** Names the table; the chosen columns are kept under it. */
  readonly name: string;
  /** What the table shows, for screen readers. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  /** From `usePages`, or rows that are all there. */
  readonly pages?: Pages<Row>;
  readonly rows?: readonly Row[];
  rowKey(row: Row): string;
  /** Where a row leads, below `/console`: the first column is a link, Enter and a click on the row go there. */
  rowHref?(row: Row): string;
  /** What `c` copies. */
  rowId?(row: Row): string;
  readonly sort?: string;
  onSort?(sort: string): void;
  /** In the place of an empty table. */
  readonly empty?: ReactNode;
  /** Beside the choice of columns: a download, say. */
  readonly acts?: ReactNode;
}

/** Below 640 px rows are drawn as cards, and a browser no longer takes what is drawn so for a table, unless it is told. */
const role = {
  table: { role: 'table' },
  group: { role: 'rowgroup' },
  row: { role: 'row' },
  head: { role: 'columnheader' },
  cell: { role: 'cell' },
} as const;

/** A native table: columns to choose from, more by cursor, `j` `k` Enter `c` by keyboard. Below 640 px each row is a card. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { name, caption, columns, pages, rowKey, rowHref, rowId, sort, onSort, empty, acts } = props;
  const words = useWords(elementWords);
  const toast = useToast();
  const [, navigate] = useLocation();
  const rows = pages?.rows ?? props.rows ?? [];
  const [hidden, setHidden] = useHiddenColumns(name, columns);
  const shown = columns.filter((column) => column.isFixed || !hidden.has(column.key));
  const [at, setAt] = useState(-1);
  const body = useRef<HTMLTableSectionElement>(null);

  const move = (step: number) => {
    const next = Math.min(Math.max(at + step, 0), rows.length - 1);
    setAt(next);
    body.current?.rows[next]?.scrollIntoView({ block: 'nearest' });
  };
  const current = rows[at];
  useKeys(
    rows.length === 0
      ? []
      : [
          { keys: 'j', run: () => move(1) },
          { keys: 'k', run: () => move(-1) },
          ...(current !== undefined && rowHref ? [{ keys: 'Enter', run: () => navigate(rowHref(current)) }] : []),
          ...(current !== undefined && rowId
            ? [
                {
                  keys: 'c',
                  run: () => void copyText(rowId(current)).then(() => toast(`${words.copied}: ${rowId(current)}`)),
                },
              ]
            : []),
        ],
  );

  if (pages?.failure && rows.length === 0) return <Problem failure={pages.failure} onRetry={pages.reload} />;
  if (pages?.isLoading) return <Loading />;
  const canChoose = columns.some((column) => !column.isFixed);
  return (
    <div className="data-table">
      {(acts || canChoose) && (
        <div className="table-acts">
          {acts}
          {canChoose && <ColumnChoice columns={columns} hidden={hidden} onChange={setHidden} label={words.columns} />}
        </div>
      )}
      {pages?.failure && <Problem failure={pages.failure} onRetry={pages.reload} />}
      {rows.length === 0 ? (
        (empty ?? <EmptyState title={words.empty} />)
      ) : (
        <div className="table-scroll">
          <table {...role.table}>
            <caption className="unseen">{caption}</caption>
            <thead {...role.group}>
              <tr {...role.row}>
                {shown.map((column) => (
                  <th
                    {...role.head}
                    key={column.key}
                    scope="col"
                    className={column.align === 'end' ? 'end' : undefined}
                    aria-sort={column.sort === undefined || sort !== column.sort ? undefined : 'descending'}
                  >
                    {column.sort !== undefined && onSort ? (
                      <button type="button" className="sort" onClick={() => onSort(column.sort ?? '')}>
                        {column.head}
                        <span aria-hidden="true">{sort === column.sort ? ' ↓' : ' ↕'}</span>
                      </button>
                    ) : (
                      column.head
                    )}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody ref={body} {...role.group}>
              {rows.map((row, index) => (
                <tr
                  {...role.row}
                  key={rowKey(row)}
                  className={[index === at ? 'current' : '', rowHref ? 'leads' : ''].join(' ').trim() || undefined}
                  // A click anywhere in the row is a convenience; the way by keyboard and reader is the link in it.
                  onClick={
                    rowHref
                      ? (event) => {
                          if (isPlainClick(event)) navigate(rowHref(row));
                        }
                      : undefined
                  }
                >
                  {shown.map((column, place) => (
                    <td
                      {...role.cell}
                      key={column.key}
                      data-head={column.head}
                      className={column.align === 'end' ? 'end' : undefined}
                    >
                      {place === 0 && rowHref ? (
                        <Link href={rowHref(row)} className="row-link">
                          {column.cell(row)}
                        </Link>
                      ) : (
                        column.cell(row)
                      )}
                      {column.beside?.(row)}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {rows.length > 0 && (
        <div className="table-foot">
          <span className="faint" role="status">
            {pages?.hasMore ? words.shown(rows.length) : words.allShown(rows.length)}
          </span>
          {pages?.hasMore && (
            <Button onClick={pages.loadMore} isBusy={pages.isLoadingMore}>
              {words.more}
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

/** Not on something that does something by itself, and not the end of marking a text. */
function isPlainClick(event: React.MouseEvent): boolean {
  if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey) return false;
  if (event.target instanceof Element && event.target.closest('a, button, input, select, label, summary')) return false;
  return String(getSelection()) === '';
}

function useHiddenColumns<Row>(
  name: string,
  columns: readonly Column<Row>[],
): [hidden: ReadonlySet<string>, set: (hidden: ReadonlySet<string>) => void] {
  const storedAs = `hwanbul.console.columns.${name}`;
  const [hidden, setHidden] = useState<ReadonlySet<string>>(() => {
    const byDefault = columns.filter((column) => column.isHidden).map(({ key }) => key);
    const stored = localStorage.getItem(storedAs);
    return new Set(stored === null ? byDefault : stored.split(','));
  });
  const set = useCallback(
    (next: ReadonlySet<string>) => {
      localStorage.setItem(storedAs, [...next].join(','));
      setHidden(next);
    },
    [storedAs],
  );
  return [hidden, set];
}

function ColumnChoice<Row>({
  columns,
  hidden,
  label,
  onChange,
}: {
  readonly columns: readonly Column<Row>[];
  readonly hidden: ReadonlySet<string>;
  readonly label: string;
  onChange(hidden: ReadonlySet<string>): void;
}) {
  return (
    <details className="column-choice">
      <summary className="button quiet">{label}</summary>
      <div className="popover">
        {columns
          .filter((column) => !column.isFixed)
          .map((column) => (
            <label key={column.key} className="choice">
              <input
                type="checkbox"
                checked={!hidden.has(column.key)}
                onChange={(event) => {
                  const next = new Set(hidden);
                  if (event.target.checked) next.delete(column.key);
                  else next.add(column.key);
                  onChange(next);
                }}
              />
              {column.head}
            </label>
          ))}
      </div>
    </details>
  );
}
