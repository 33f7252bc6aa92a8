import type { DoubtListAnswer, DoubtSummaryAnswer } from '../../api/views/doubt.ts';
import type { HealthAnswer } from '../../api/views/health.ts';
import { counted, number, showAmount, showTime } from '../../platform/language/show.ts';
import { text } from '../../platform/language/text.ts';
import { type Api, createApi, describeRefusal, Unanswered } from '../api.ts';
import { doubtLine } from '../doubts/show-doubt.ts';
import { CliFailure } from '../failure.ts';
import type { Terminal } from '../terminal.ts';
import { type Finding, good, toFix, toKnow } from './finding.ts';

/** More than this, and gateways that want a time stamp begin to refuse; day limits shift, too. */
const clockDifferenceMaxSeconds = 60;
/** How many doubts are told one by one; the oldest come first. */
const doubtsToldMax = 10;

export interface ServerToCheck {
  readonly url: string;
  readonly impKey: string | undefined;
  readonly impSecret: string | undefined;
  /** Whether it is a fault that nothing runs there. */
  readonly mustRun: boolean;
}

/** Asks a running server, near or far: its health, its clock, whether it takes the keys, and what is in doubt there. */
export async function checkServer(
  asked: ServerToCheck,
  { whileWaiting }: Pick<Terminal, 'whileWaiting'>,
): Promise<readonly Finding[]> {
  const { url, impKey, impSecret, mustRun } = asked;
  const api = createApi({ url, impKey: impKey ?? '', impSecret: impSecret ?? '', whileWaiting });
  try {
    const health = await api.ask<HealthAnswer>('GET', '/health', { anonymous: true });
    if (health.error !== undefined) return [toFix('server', url, describeRefusal(health))];
    const running = good(
      'server',
      text(`${url} answers, and its database does`, `${url}이(가) 응답하고 데이터베이스도 응답합니다`),
    );
    if (!impKey || !impSecret) {
      const found = text(
        'not tried: set HWANBUL_IMP_KEY and HWANBUL_IMP_SECRET. Whether something is in doubt was not looked at',
        '시도하지 않음: HWANBUL_IMP_KEY와 HWANBUL_IMP_SECRET을 설정하세요. 결과 미확인 건도 확인하지 않았습니다',
      );
      return [running, toKnow('log-in', found)];
    }
    return [running, ...(await checkLogIn(api))];
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    if (!mustRun && /ECONNREFUSED/.test(error.message)) {
      return [
        toKnow(
          'server',
          text(`nothing runs at ${url}; the port is free`, `${url}에 실행 중인 것이 없고 포트가 비어 있습니다`),
        ),
      ];
    }
    return [
      toFix(
        'server',
        `${url}: ${error.message}`,
        text(
          'Check the address, and that Hwanbul runs there and not another program.',
          '주소를 확인하고, 그곳에 다른 프로그램이 아닌 Hwanbul이 실행 중인지 확인하세요.',
        ),
      ),
    ];
  } finally {
    await api.close();
  }
}

async function checkLogIn(api: Api): Promise<readonly Finding[]> {
  try {
    const { serverNow, tookMs } = await api.logIn();
    // The server gives whole seconds, and its answer is as old as the way back took.
    const difference = Math.abs(Date.now() / 1000 - tookMs / 2000 - serverNow - 0.5).toFixed(0);
    const found = text(`${difference} s apart from this machine's`, `이 컴퓨터와 ${difference}초 차이`);
    const fix = text(
      'Set both clocks by NTP. (A sandbox whose clock was moved differs on purpose.)',
      '두 시계를 NTP로 맞추세요. (샌드박스의 시계를 옮겼다면 의도된 차이입니다.)',
    );
    return [
      good('log-in', text('the server takes the keys', '서버가 API 키를 받습니다')),
      Number(difference) > clockDifferenceMaxSeconds
        ? toFix('clock of the server', found, fix)
        : good('clock of the server', found),
      ...(await checkDoubts(api, serverNow)),
    ];
  } catch (error) {
    if (!(error instanceof CliFailure)) throw error;
    return [
      toFix(
        'log-in',
        error.words,
        text('Check HWANBUL_IMP_KEY and HWANBUL_IMP_SECRET.', 'HWANBUL_IMP_KEY와 HWANBUL_IMP_SECRET을 확인하세요.'),
      ),
    ];
  }
}

/** However young it is: until it is settled, nobody knows where the money of it is. */
async function checkDoubts(api: Api, now: number): Promise<readonly Finding[]> {
  const { list, total } = await api.get<DoubtListAnswer>('/doubts', { limit: doubtsToldMax, with_total: 'true' });
  if (list.length === 0) {
    return [
      good('doubts', text('nothing of this merchant is in doubt', '이 가맹점에는 결과를 알 수 없는 요청이 없습니다')),
    ];
  }
  const more = (total ?? 0) - list.length;
  return [
    ...list.map((doubt) => toFix('doubts', doubtLine(doubt, now), whatToDo(doubt))),
    ...(more > 0
      ? [toFix('doubts', text(`and ${counted(more, 'more doubt')}`, `외 ${number(more)}건`), 'hwanbul doubts list')]
      : []),
  ];
}

function whatToDo({ doubt_id, next_inquiry_at, reserved, currency }: DoubtSummaryAnswer) {
  const [next, amount] = [showTime(next_inquiry_at), showAmount(reserved, currency)];
  const held = reserved > 0 ? text(`${amount} are reserved. `, `${amount}이(가) 묶여 있습니다. `) : text('', '');
  return text(
    `${held.en}The server asks the gateway again at ${next}; if that settles nothing: hwanbul doubts show ${doubt_id}`,
    `${held.ko}서버가 ${next}에 PG사에 다시 조회합니다. 그래도 확인되지 않으면: hwanbul doubts show ${doubt_id}`,
  );
}
