import { joined, type Text, text } from '../platform/language/text.ts';

/** How every command of the command line ends. The help and docs/cli.md show this table. */
export const exitCodes = Object.freeze({
  done: 0,
  no: 1,
  usage: 2,
  inDoubt: 3,
  unreachable: 4,
  unfinished: 5,
} as const);

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

export const exitCodeMeanings: Readonly<Record<keyof typeof exitCodes, Text>> = Object.freeze({
  done: text('Done: confirmed, found, equal, nothing to fix.', '정상: 완료, 조회됨, 일치, 문제 없음.'),
  no: text(
    'A clear no: refused, not found, the books differ, something is to be fixed.',
    '명확한 실패: 거절, 대상 없음, 장부 불일치, 조치 필요.',
  ),
  usage: text(
    'Nothing was begun: wrong options, a file with errors, or the question was not answered with yes.',
    '시작하지 않음: 잘못된 옵션, 오류가 있는 파일, 확인 질문에 동의하지 않음.',
  ),
  inDoubt: text(
    'The outcome is not known yet. It is neither a success nor a failure; do not refund by other means.',
    '결과를 아직 모릅니다. 성공도 실패도 아니므로 다른 방법으로 환불하지 마세요.',
  ),
  unreachable: text(
    'The server does not answer, or it does not take the keys.',
    '서버가 응답하지 않거나 API 키를 받지 않습니다.',
  ),
  unfinished: text(
    'Stopped before the end. The same command goes on where it stopped.',
    '끝나기 전에 중단됨. 같은 명령을 다시 실행하면 이어서 진행합니다.',
  ),
});

export function exitCodesHelp(): Text {
  const lines = Object.entries(exitCodes).map(([name, code]) =>
    joined([`  ${code}`, exitCodeMeanings[name as keyof typeof exitCodes]], '  '),
  );
  return joined([text('Exit codes:', '종료 코드:'), ...lines], '\n');
}
