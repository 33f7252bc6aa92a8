import type { Command } from 'commander';
import { text } from '../../platform/language/text.ts';
import type { CommandContext } from '../command.ts';
import { addLanguageOption } from '../connection.ts';
import { addExamples } from '../examples.ts';
import type { MigrateOptions } from '../migrate/migrate.ts';

export function addMigrateCommand(program: Command, context: CommandContext): void {
  const { terminal } = context;
  const { say } = terminal;
  const command = program
    .command('migrate')
    .description(
      say(
        text(
          'bring the database to the version of this program, from one machine or several at once; run it with the settings of the servers, which may go on running unless the plan says otherwise',
          '데이터베이스를 이 프로그램의 버전으로 갱신. 여러 컴퓨터에서 동시에 실행해도 안전함. 서버와 같은 설정으로 실행하며, 계획에 달리 나오지 않으면 서버는 계속 실행되어도 됨',
        ),
      ),
    )
    .option(
      '--plan',
      say(
        text(
          'only show what would be applied, what it locks, and which servers can run beside it',
          '적용될 것, 잠기는 테이블, 함께 실행될 수 있는 서버만 보여줌',
        ),
      ),
    )
    .option('--json', say(text('one JSON object instead of text', '텍스트 대신 JSON 객체 하나')))
    .action(async (options: MigrateOptions) => {
      const { runMigrate } = await import('../migrate/migrate.ts');
      context.endWith(await runMigrate(context, options));
    });
  addLanguageOption(terminal, command);
  addExamples(terminal, command, ['hwanbul migrate --plan', 'hwanbul migrate']);
}
