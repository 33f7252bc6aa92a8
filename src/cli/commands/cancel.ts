import { type Command, InvalidArgumentError } from 'commander';
import type { CancelOptions } from '../cancel/options.ts';
import type { CommandContext } from '../command.ts';
import { addConnectionOptions } from '../connection.ts';
import { addExamples } from '../examples.ts';
import { CliFailure } from '../failure.ts';
import { amountText, wholeNumber } from '../numbers.ts';

/** Options that say what one cancellation is; in a file each row says it. */
const ofOne = [
  'merchantUid',
  'amount',
  'reason',
  'checksum',
  'taxFree',
  'vat',
  'refundHolder',
  'refundBank',
  'refundAccount',
  'refundTel',
  'idempotencyKey',
] as const;
const ofFile = ['results', 'dryRun', 'allowSameAmount', 'serverMoved'] as const;

export function addCancelCommand(program: Command, context: CommandContext): void {
  const command = program
    .command('cancel')
    .argument('[imp_uid]', 'the payment')
    .description('cancel one payment in full or in part, or with --file many of them')
    .option('--merchant-uid <id>', 'the payment by its order instead of imp_uid')
    .option('--amount <number>', 'how much; without it all that is left', amountText)
    .option('--reason <text>', 'why')
    .option('--checksum <number>', 'what you believe can still be cancelled; otherwise nothing happens', amountText)
    .option('--tax-free <number>', 'the tax-free part of the amount', amountText)
    .option('--vat <number>', 'the VAT within the amount', amountText)
    .option('--refund-holder <name>', 'holder of the account that a virtual account is refunded to')
    .option('--refund-bank <code>', "its bank, KFTC's three digits")
    .option('--refund-account <number>', 'its number')
    .option('--refund-tel <number>', "the holder's telephone, where the gateway wants one")
    .option('--idempotency-key <key>', 'the key of an earlier try; without it a fresh one is made and shown', keyText)
    .option('--file <file>', 'a bulk refund: .csv or .jsonl, a payment per row; see docs/cli.md')
    .option('--results <file>', 'its result file (default: beside the file, NAME.results.jsonl)')
    .option('--concurrency <number>', 'how many rows at the same time', wholeNumber(1, 64), 4)
    .option('--dry-run', 'check the file, show the plan, and stop')
    .option('--allow-same-amount', 'rows that give back the very amount that was given back before are meant')
    .option('--server-moved', 'the server that the run was begun at has the address --url now')
    .option('--wait <seconds>', 'how long to follow what is in doubt', wholeNumber(0, 86_400), 90)
    .option('--retry-for <seconds>', 'how long to repeat a request without an answer', wholeNumber(0, 86_400), 60)
    .option('--yes', 'do not ask')
    .action(async (impUid: string | undefined, options: CancelOptions) => {
      if (options.file === undefined) {
        refuseOptions(options, ofFile, 'needs --file');
        const { cancelOne } = await import('../cancel/cancel-one.ts');
        return context.endWith(await cancelOne(context, impUid, options));
      }
      if (impUid !== undefined) throw new CliFailure('Give an imp_uid or --file, not both.');
      refuseOptions(options, ofOne, 'is for one payment; with --file each row says it');
      const { cancelFile } = await import('../bulk-refund/cancel-file.ts');
      return context.endWith(await cancelFile(context, options.file, options));
    });
  addConnectionOptions(command);
  addExamples(command, [
    'hwanbul cancel imp_157956638714                       # all that is left',
    "hwanbul cancel imp_157956638714 --amount 300 --reason 'one item was broken' --yes",
    'hwanbul cancel --merchant-uid order-8812 --refund-holder Hong --refund-bank 088 --refund-account 110-123-456789',
    'hwanbul cancel --file refunds.csv --dry-run           # check it and show the plan',
    'hwanbul cancel --file refunds.csv --concurrency 8     # again after a stop: goes on where it was',
  ]);
}

function refuseOptions(options: CancelOptions, names: readonly (keyof CancelOptions)[], why: string): void {
  const given = names.find((name) => options[name] !== undefined);
  if (given === undefined) return;
  throw new CliFailure(`--${given.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} ${why}.`);
}

function keyText(text: string): string {
  if (/^[\x21-\x7e]{1,300}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be 1 to 300 letters, digits and signs of ASCII.');
}
