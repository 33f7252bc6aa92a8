/**
 * The columns of a row, as a statement with a name has to list them: PostgreSQL refuses a prepared `select *` from the moment on
 * in which a newer program adds a column.
 */
export function columnsOf<Row>(columns: Readonly<Record<keyof Row & string, true>>): (table?: string) => string {
  const names = Object.keys(columns);
  return (table) => names.map((name) => (table === undefined ? name : `${table}.${name}`)).join(', ');
}
