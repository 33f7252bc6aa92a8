import type { Command } from 'commander';
import { text } from '../../platform/language/text.ts';
import type { CommandContext } from '../command.ts';
import { addLanguageOption } from '../connection.ts';
import { addExamples } from '../examples.ts';

function collect(value: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, value];
}

export function addSimulatorCommand(program: Command, { terminal }: CommandContext): void {
  const { say } = terminal;
  const command = program
    .command('simulator')
    .argument('<provider>', say(text("a gateway's name, such as tosspayments", 'tosspayments 같은 PG사 이름')))
    .description(
      say(
        text("start one gateway's simulator by itself, without the server", '서버 없이 PG사 하나의 시뮬레이터만 시작'),
      ),
    )
    .option(
      '--port <number>',
      say(text('port on loopback; 0 takes any free one', '루프백 포트. 0이면 비어 있는 포트')),
      '0',
    )
    .option(
      '--data-dir <folder>',
      say(
        text(
          'folder of its book and of its keys (default data/simulators-alone)',
          '장부와 키를 둘 폴더 (기본값 data/simulators-alone)',
        ),
      ),
    )
    .option(
      '--set <name=value>',
      say(
        text(
          'what its merchant is set to, such as apiVersion=1.4; docs/gateways.md has them',
          'apiVersion=1.4 같은 상점 설정. 목록은 docs/gateways.md',
        ),
      ),
      collect,
    )
    .action(async (provider: string, options: { port: string; dataDir?: string; set?: readonly string[] }) => {
      const { runSimulator } = await import('../../start/run-simulator.ts');
      const { port, dataDir, set = [] } = options;
      await runSimulator({ provider, port, dataDir, settings: set });
    });
  addLanguageOption(terminal, command);
  addExamples(terminal, command, [
    'hwanbul simulator tosspayments --port 9001',
    'hwanbul simulator tosspayments --set apiVersion=2022-07-27',
  ]);
}
