import type { Command } from 'commander';
import { text } from '../../platform/language/text.ts';
import type { CommandContext } from '../command.ts';
import { addLanguageOption } from '../connection.ts';
import { addExamples } from '../examples.ts';
import type { RotateOptions } from '../rotate-key/rotate-key.ts';

export function addRotateKeyCommand(program: Command, context: CommandContext): void {
  const { terminal } = context;
  const { say } = terminal;
  const command = program
    .command('rotate-key')
    .description(
      say(
        text(
          'encrypt what the database holds with ENCRYPTION_KEY, also what ENCRYPTION_KEY_PREVIOUS has encrypted; run it with the settings of the servers, which may go on running',
          'ENCRYPTION_KEY_PREVIOUS로 암호화된 것을 포함해 데이터베이스의 암호문을 ENCRYPTION_KEY로 다시 암호화. 서버와 같은 설정으로 실행하며, 서버는 계속 실행되어도 됨',
        ),
      ),
    )
    .option('--dry-run', say(text('only count; nothing is changed', '세기만 하고 아무것도 변경하지 않음')))
    .option('--json', say(text('one JSON object instead of text', '텍스트 대신 JSON 객체 하나')))
    .action(async (options: RotateOptions) => {
      const { runRotateKey } = await import('../rotate-key/rotate-key.ts');
      context.endWith(await runRotateKey(context, options));
    });
  addLanguageOption(terminal, command);
  addExamples(terminal, command, ['hwanbul rotate-key --dry-run', 'hwanbul rotate-key']);
}
