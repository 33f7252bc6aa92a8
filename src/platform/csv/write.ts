/** What a spreadsheet program would run as a formula (OWASP, "CSV Injection"): such a cell is text, and begins with an apostrophe. */
const formulaStart = /^[=+\-@\t\r]/;

/** One line of a CSV file (RFC 4180). Numbers are written as they are; a text that looks like a formula is made harmless. */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: string | number | null): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = formulaStart.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** With it Excel reads the file as UTF-8. */
export const csvByteOrderMark = '\uFEFF';
