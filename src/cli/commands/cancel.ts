import { type Command, InvalidArgumentError } from 'commander';
import { type Text, text } from '../../platform/language/text.ts';
import type { CancelOptions } from '../cancel/options.ts';
import type { CommandContext } from '../command.ts';
import { addConnectionOptions } from '../connection.ts';
import { addExamples } from '../examples.ts';
import { CliFailure } from '../failure.ts';
import { amountText, wholeNumber } from '../numbers.ts';
import type { Terminal } from '../terminal.ts';

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
const ofFile = ['results', 'allowSameAmount', 'serverMoved'] as const;

export function addCancelCommand(program: Command, context: CommandContext): void {
  const { terminal } = context;
  const { say } = terminal;
  const command = program
    .command('cancel')
    .argument('[imp_uid]', say(text('the payment', '결제')))
    .description(
      say(
        text(
          'cancel one payment in full or in part, or with --file many of them',
          '결제 한 건을 전액 또는 일부 취소. --file로 여러 건을 한꺼번에',
        ),
      ),
    );
  addOptionsOfOne(terminal, command);
  addOptionsOfFile(terminal, command);
  command
    .option(
      '--dry-run',
      say(text('check what would happen, show it, and stop', '무엇이 일어날지 확인해 보여주고 멈춤')),
    )
    .option(
      '--wait <seconds>',
      say(text('how long to follow what is in doubt', '결과를 알 수 없는 것을 확인할 시간(초)')),
      wholeNumber(terminal, 0, 86_400),
      90,
    )
    .option(
      '--retry-for <seconds>',
      say(text('how long to repeat a request without an answer', '응답 없는 요청을 반복할 시간(초)')),
      wholeNumber(terminal, 0, 86_400),
      60,
    )
    .option('--yes', say(text('do not ask', '묻지 않음')))
    .action(async (impUid: string | undefined, options: CancelOptions) => {
      if (options.file === undefined) {
        refuseOptions(options, ofFile, text('needs --file', '은(는) --file과 함께 써야 합니다'));
        const { cancelOne } = await import('../cancel/cancel-one.ts');
        return context.endWith(await cancelOne(context, impUid, options));
      }
      if (impUid !== undefined) {
        throw new CliFailure(text('Give an imp_uid or --file, not both.', 'imp_uid와 --file 중 하나만 주세요.'));
      }
      const why = text(
        'is for one payment; with --file each row says it',
        '은(는) 한 건에만 씁니다. --file에서는 각 행에 적습니다',
      );
      refuseOptions(options, ofOne, why);
      const { cancelFile } = await import('../bulk-refund/cancel-file.ts');
      return context.endWith(await cancelFile(context, options.file, options));
    });
  addConnectionOptions(terminal, command);
  addExamples(terminal, command, [
    'hwanbul cancel imp_157956638714                       # all that is left',
    "hwanbul cancel imp_157956638714 --amount 300 --reason 'one item was broken' --yes",
    'hwanbul cancel --merchant-uid order-8812 --refund-holder Hong --refund-bank 088 --refund-account 110-123-456789',
    'hwanbul cancel --file refunds.csv --dry-run           # check it and show the plan',
    'hwanbul cancel --file refunds.csv --concurrency 8     # again after a stop: goes on where it was',
  ]);
}

function addOptionsOfOne(terminal: Terminal, command: Command): void {
  const { say } = terminal;
  const amount = amountText(terminal);
  command
    .option('--merchant-uid <id>', say(text('the payment by its order instead of imp_uid', 'imp_uid 대신 주문번호로')))
    .option('--amount <number>', say(text('how much; without it all that is left', '금액. 없으면 남은 전액')), amount)
    .option('--reason <text>', say(text('why', '사유')))
    .option(
      '--checksum <number>',
      say(
        text(
          'what you believe can still be cancelled; otherwise nothing happens',
          '취소 가능하다고 알고 있는 금액. 다르면 아무것도 하지 않음',
        ),
      ),
      amount,
    )
    .option('--tax-free <number>', say(text('the tax-free part of the amount', '금액 중 면세 금액')), amount)
    .option('--vat <number>', say(text('the VAT within the amount', '금액 중 부가세')), amount)
    .option(
      '--refund-holder <name>',
      say(
        text('holder of the account that a virtual account is refunded to', '가상계좌 결제를 환불받을 계좌의 예금주'),
      ),
    )
    .option('--refund-bank <code>', say(text("its bank, KFTC's three digits", '은행코드(금융결제원 3자리)')))
    .option('--refund-account <number>', say(text('its number', '계좌번호')))
    .option(
      '--refund-tel <number>',
      say(text("the holder's telephone, where the gateway wants one", '예금주 연락처(PG사가 요구할 때)')),
    )
    .option(
      '--idempotency-key <key>',
      say(
        text(
          'the key of an earlier try; without it a fresh one is made and shown',
          '이전 시도의 키. 없으면 새로 만들어 보여줌',
        ),
      ),
      keyText(terminal),
    );
}

function addOptionsOfFile(terminal: Terminal, command: Command): void {
  const { say } = terminal;
  command
    .option(
      '--file <file>',
      say(
        text(
          'a bulk refund: .csv or .jsonl, a payment per row; see docs/cli.md',
          '일괄 환불: .csv 또는 .jsonl, 한 행에 결제 한 건. docs/cli.md 참고',
        ),
      ),
    )
    .option(
      '--results <file>',
      say(
        text(
          'its result file (default: beside the file, NAME.results.jsonl)',
          '결과 파일 (기본값: 파일 옆의 이름.results.jsonl)',
        ),
      ),
    )
    .option(
      '--concurrency <number>',
      say(text('how many rows at the same time', '동시에 처리할 행 수')),
      wholeNumber(terminal, 1, 64),
      4,
    )
    .option(
      '--allow-same-amount',
      say(
        text(
          'rows that give back the very amount that was given back before are meant',
          '이미 환불한 것과 같은 금액을 다시 환불하는 행을 허용',
        ),
      ),
    )
    .option(
      '--server-moved',
      say(
        text(
          'the server that the run was begun at has the address --url now',
          '실행을 시작한 서버의 주소가 --url로 바뀌었음',
        ),
      ),
    );
}

function refuseOptions(options: CancelOptions, names: readonly (keyof CancelOptions)[], why: Text): void {
  const given = names.find((name) => options[name] !== undefined);
  if (given === undefined) return;
  const option = `--${given.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  throw new CliFailure(text(`${option} ${why.en}.`, `${option}${why.ko}.`));
}

function keyText({ say }: Terminal): (given: string) => string {
  return (given) => {
    if (/^[\x21-\x7e]{1,300}$/.test(given)) return given;
    const wrong = text(
      'It must be 1 to 300 letters, digits and signs of ASCII.',
      'ASCII 글자, 숫자, 기호 1~300자여야 합니다.',
    );
    throw new InvalidArgumentError(say(wrong));
  };
}
