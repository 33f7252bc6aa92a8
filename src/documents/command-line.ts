import type { Command } from 'commander';
import { exitCodeMeanings, exitCodes } from '../cli/exit-codes.ts';
import { createProgram } from '../cli/program.ts';
import type { Terminal } from '../cli/terminal.ts';
import { inLanguage, type Words } from '../platform/language/text.ts';
import { type RefundColumn, refundColumns, refundHeads } from '../rules/refund-file/columns.ts';

/** docs/cli.md: what a person has to know, and below it the help of every command as the program shows it. */
export function commandLineDocument(): string {
  let written = '';
  const say = (words: Words): string => inLanguage('en', words);
  const plain = (_colour: string, words: Words): string => say(words);
  const paper: Terminal = {
    language: 'en',
    say,
    out: (words) => {
      written += `${say(words)}\n`;
    },
    note: () => {},
    overwrite: () => {},
    isLive: false,
    canAsk: false,
    width: () => 110,
    outStyle: plain,
    noteStyle: plain,
    ask: async () => '',
    whileWaiting: (_what, work) => work,
  };
  const program = createProgram({ env: {}, terminal: paper, endWith: () => {} });
  const helpOf = (command: Command): string => {
    written = '';
    command.outputHelp();
    return written.trimEnd();
  };
  const sections = leavesOf(program, 'hwanbul').map(
    ({ name, command }) => `### ${name}\n\n\`\`\`\n${helpOf(command)}\n\`\`\`\n`,
  );
  return [introduction, '## Exit codes\n', exitCodeTable(say), bulkRefunds, '## Commands\n', ...sections].join('\n');
}

function exitCodeTable(say: (words: Words) => string): string {
  const rows = Object.entries(exitCodes).map(
    ([name, code]) => `| ${code} | ${say(exitCodeMeanings[name as keyof typeof exitCodes])} |`,
  );
  return ['| code | means |', '|---|---|', ...rows, ''].join('\n');
}

/** What a column is for; its names are the program's own. */
const columnUses: Readonly<Record<RefundColumn, string>> = {
  imp_uid: 'the payment; needed where an order was paid more than once',
  merchant_uid: 'the payment by its order, instead of `imp_uid`',
  amount: 'a plain number; empty: all that is left',
  reason: '',
  refund_holder: 'holder of the account that a virtual account is refunded to',
  refund_bank: "its bank, KFTC's three digits",
  refund_account: 'its number, with hyphens or without',
  refund_tel: "the holder's telephone, where the gateway wants one",
  tax_free: 'the tax-free part of the amount',
  vat_amount: 'the VAT within the amount',
};

function columnTable(): string {
  const rows = refundColumns.map(
    (name) => `| \`${name}\` | ${refundHeads[name].map((each) => `\`${each}\``).join(', ')} | ${columnUses[name]} |`,
  );
  return ['| column | in Korean | |', '|---|---|---|', ...rows].join('\n');
}

function leavesOf(command: Command, name: string): readonly { readonly name: string; readonly command: Command }[] {
  const below = command.commands.filter((each) => each.name() !== 'help' && each.name() !== 'serve');
  if (below.length === 0) return [{ name, command }];
  return below.flatMap((each) => leavesOf(each, `${name} ${each.name()}`));
}

const introduction = `# The command line

Made by \`npm run generate\` from the program itself; do not edit.

In a clone: \`npm run -s hwanbul -- COMMAND\`. Installed: \`npx hwanbul COMMAND\`. Without a command it serves.

Where the server is and who asks stands in the environment, or in options:

\`\`\`sh
export HWANBUL_URL=http://127.0.0.1:8410 HWANBUL_IMP_KEY=… HWANBUL_IMP_SECRET=…
\`\`\`

Other users of a machine can see the options of a running program but not its environment, so the secret belongs there, or in a file that
\`HWANBUL_IMP_SECRET_FILE\` names (likewise \`HWANBUL_OPERATOR_SECRET_FILE\`). It is never printed. Results go to standard output; questions,
plans, progress and messages to standard error. Colours are for terminals only, and not with \`NO_COLOR\`. A command that would move something
asks first; without a terminal it needs \`--yes\`. What takes long says what it waits for. A list that is cut says how many entries are left
out. Times and days are Seoul's.

**Language.** English or Korean: \`--lang en\`, \`--lang ko\`, or else that of the locale (\`LC_ALL\`, \`LC_MESSAGES\`, \`LANG\`). Options and their
values are the same in both. What a gateway says, and what is wrong with a setting of the server, stays as it is written.

**For programs.** With \`--json\` standard output holds JSON and nothing else: one document, or one per line for lists, of which an empty
one has no line. Whatever fails, wrong options included, is one document with \`error\` (a stable word: the server's own code where it
refused, else such as \`usage\`, \`no_answer\`, \`file_refused\`, \`would_be_refused\`), \`message\` (for people, in their language) and \`exit_code\`.
`;

const bulkRefunds = `## Bulk refunds

The server carries out such a file by itself, too: [bulk-refunds.md](bulk-refunds.md).

\`hwanbul cancel --file refunds.csv\` reads a CSV file as spreadsheet programs write it (UTF-8, CP949 or UTF-16; separated by commas,
semicolons or tabs) or JSON lines (\`.jsonl\`). The head's names may be in any case, with spaces or hyphens, or Korean:

${columnTable()}

**All rows are checked before the first is sent**: their form, each payment, what is left of it, what its gateway can do, whether
anything of it is in doubt. One error, and nothing is done; every error is shown with its line, the value, and what to write instead.
An unknown column is an error, because a misspelt \`amount\` would give everything back. So are a payment that stands twice, the
amount 0, and a payment of which the very same amount was given back before (\`--allow-same-amount\` if it is meant): that is what
running a file a second time looks like.

Then the plan is shown, orders, buyers and amounts with the totals, and you are asked. \`--dry-run\` stops there; without a file it
tells what one cancellation would do.

**The result file** (\`refunds.results.jsonl\` beside the input, or \`--results\`) is made before anything is sent. Its first
line is the run; then there is a line per row, and while the run goes on another for each change: the last line of a row
counts. Each result is on the disk before that worker takes its next row. It holds no account numbers. A row's \`state\`:
\`planned\`, \`confirmed\`, \`refused\` (the gateway or the server said no; nothing was given back), \`accepted\` (the gateway
finishes later), \`in_doubt\`, \`running\`, \`unanswered\`, \`not_done\` (nothing happened; the next run tries again) or \`unclear\`.

**Stopping and going on.** Ctrl-C lets the rows in flight end; once more ends at once, and these rows are then \`unanswered\`. (Under npm
one key press arrives twice; what comes within a second counts once.) However it ends, the summary is shown. The same command goes
on where it stopped, after a kill, too. It does so only with the very same file, merchant and server; \`--server-moved\` says that the
server has another address now. Rows in doubt are followed for \`--wait\` seconds at the end and listed; the next run looks again.

**Why no row is refunded twice:**

1. A row's \`Idempotency-Key\` is made of the file's SHA-256, the row's number and the run's id, which is in the result file.
   Whichever process sends the row again, the server answers with what became of the first request.
2. Each request carries as \`checksum\` what was left when the plan was made. Once a row is refunded less is left, and a second
   request is refused, even by a server that has forgotten the key.
3. The server keeps keys for 15 days. A run that goes on after 14 first looks each open row up: a cancellation in the payment's
   history at this balance and with this amount is the row's own; if the payment has had no cancellation since the run began,
   the row is sent; anything else is \`unclear\`, is left alone, and a person has to look.

A refused row stays refused in its run. To try it again, put it into a new file.
`;
