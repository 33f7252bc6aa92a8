import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Command, CommanderError } from 'commander';
import { chooseLanguage } from '../../src/cli/language/choice.ts';
import { createProgram } from '../../src/cli/program.ts';
import { jsonIn, type Language, text } from '../../src/platform/language/text.ts';
import { paperIn } from './paper.ts';

const programIn = (language: Language) => {
  const { terminal, results, messages } = paperIn(language);
  return { program: createProgram({ env: {}, terminal, endWith: () => {} }), results, messages };
};

test('the language is what --lang says, or else that of the locale in the order of POSIX', () => {
  for (const [argv, env, expected] of [
    [[], { LANG: 'ko_KR.UTF-8' }, 'ko'],
    [[], { LANG: 'ko' }, 'ko'],
    [[], { LANG: 'kok_IN' }, 'en'],
    [[], { LANG: 'ko_KR.UTF-8', LC_ALL: 'C' }, 'en'],
    [[], { LANG: 'en_US.UTF-8', LC_MESSAGES: 'ko_KR' }, 'ko'],
    [['payments', 'list', '--lang', 'ko'], { LANG: 'en_US' }, 'ko'],
    [['--lang=en', 'payments'], { LANG: 'ko_KR' }, 'en'],
    [['--lang', 'ko', 'payments', '--lang', 'en'], {}, 'en'],
    [['cancel', '--lang', 'fr'], { LANG: 'ko_KR' }, 'ko'],
    [['cancel', '--', '--lang', 'ko'], { LANG: 'C' }, 'en'],
  ] as const) {
    assert.equal(chooseLanguage(argv, env), expected, JSON.stringify([argv, env]));
  }
});

/** The commands themselves and those below them. */
function allOf(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(allOf)];
}

test('in Korean the help of every command is Korean, with each option and argument', () => {
  const helpOf = ({ results }: ReturnType<typeof programIn>, command: Command): string => {
    results.length = 0;
    command.outputHelp();
    return results.join('\n');
  };
  const korean = programIn('ko');
  const commands = allOf(korean.program);
  assert.ok(commands.length > 20, `${commands.length} commands`);
  const hangul = /[가-힣]/;
  for (const command of commands) {
    const help = command.createHelp();
    assert.match(command.description(), hangul, command.name());
    for (const each of [...help.visibleOptions(command), ...command.registeredArguments]) {
      if (each.description !== '') assert.match(each.description, hangul, `${command.name()} ${each.name()}`);
    }
    assert.doesNotMatch(helpOf(korean, command), /Usage:|Options:|Arguments:|Commands:|\(default|Examples:/);
  }
  const english = programIn('en');
  for (const command of allOf(english.program)) {
    const help = helpOf(english, command);
    assert.match(help, /^Usage: hwanbul/);
    assert.doesNotMatch(help, hangul, command.name());
  }
});

test('in Korean each complaint about the options is Korean', async () => {
  for (const argv of [
    ['payments', 'show'],
    ['payments', 'list', '--limit'],
    ['payments', 'list', '--limit', 'many'],
    ['payments', 'list', '--from', 'today'],
    ['payments', 'list', '--amount', '1,000'],
    ['payments', 'list', '--status', 'odd'],
    ['payments', 'list', '--lang', 'fr'],
    ['reconcile'],
    ['cancel', '--ammount', '3'],
    ['cancel', '--idempotency-key', '키'],
    ['cancel', 'imp_1', 'imp_2'],
    ['cancle'],
  ]) {
    const { program, messages } = programIn('ko');
    await assert.rejects(program.parseAsync(argv, { from: 'user' }), CommanderError, argv.join(' '));
    const [complaint = ''] = messages;
    assert.match(complaint, /[가-힣]/, argv.join(' '));
    assert.doesNotMatch(complaint, /error:|missing|unknown|invalid|Did you mean|must be|too many/, argv.join(' '));
  }
});

test('in JSON each text is what its reader reads, wherever it stands', () => {
  const value = { error: 'x', message: text('no', '아니요'), problems: [{ line: 2, problem: text('bad', '잘못') }] };
  assert.deepEqual(JSON.parse(jsonIn('ko', value)), {
    error: 'x',
    message: '아니요',
    problems: [{ line: 2, problem: '잘못' }],
  });
});
