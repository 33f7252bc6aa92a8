/**
 * One line of a CSV file that a person will open in a spreadsheet. A text that the spreadsheet would take for a formula gets an
 * apostrophe in front: what a buyer has typed as a name must not run on an operator's machine (OWASP, "CSV Injection").
 */
export function csvLine(cells: readonly (string | number)[]): string {
  return `${cells.map(cellText).join(',')}\r\n`;
}

/** Tells spreadsheets that the file is UTF-8; Excel takes it for the system's code page otherwise. */
export const byteOrderMark = '\uFEFF';

/** Full-width forms are taken for the plain ones by some spreadsheets. */
const runs = /^\s*[=+\-@\t\r\n＝＋－＠|%]/u;

function cellText(cell: string | number): string {
  // A number is ours, and a negative one is no formula.
  if (typeof cell === 'number') return String(cell);
  const text = runs.test(cell) || /^[\t\r\n]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n\t']/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
