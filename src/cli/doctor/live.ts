import { text } from '../../platform/language/text.ts';
import { isLoopback } from '../../platform/settings/readers.ts';
import { type Settings, SettingsError } from '../../platform/settings/settings.ts';
import { type Finding, good, toFix, toKnow } from './finding.ts';

/** What a start in live mode would refuse or warn of, besides what each of the other checks looks at. */
export async function checkLive(settings: Settings): Promise<readonly Finding[]> {
  if (settings.mode !== 'live') return [];
  const check = 'live mode';
  const { doubtfulIn, unsafeFilesIn } = await import('../../start/unsafe-in-live.ts');
  const unsafe = unsafeFilesIn(settings).map((why) => toFix(check, wouldStop, why));
  return [
    ...unsafe,
    ...doubtfulIn(settings).map((what) => toKnow(check, what)),
    ...(settings.publicUrl === undefined ? [toKnow(check, noPublicUrl)] : []),
    ...(isLoopback(settings.host) ? [] : [toKnow(check, plainHttp)]),
    ...(await checkSimulatorKeys(settings)),
  ];
}

const wouldStop = text('a start would stop', '시작할 수 없습니다');
const noPublicUrl = text(
  'HWANBUL_PUBLIC_URL is not set: gateways are told no address for deposits and refunds that are paid out later',
  'HWANBUL_PUBLIC_URL이 설정되지 않아 PG사가 입금과 나중에 지급되는 환불을 알릴 주소가 없습니다',
);

const plainHttp = text(
  'HOST is reached from other machines over plain HTTP: let only a proxy that ends TLS get there',
  'HOST에 다른 컴퓨터가 암호화 없이(HTTP) 접속할 수 있습니다. TLS를 처리하는 프록시만 접속하게 하세요',
);

async function checkSimulatorKeys({ merchantsFile }: Settings): Promise<readonly Finding[]> {
  if (merchantsFile === undefined) return [];
  const { channelsWithSimulatorKeys } = await import('../../start/keys-of-simulators.ts');
  try {
    return (await channelsWithSimulatorKeys(merchantsFile)).map(({ merchant, provider, mid, names }) => {
      const found = text(
        `${provider} ${mid} of ${merchant} takes money with keys of a simulator: ${names.join(', ')}`,
        `${merchant}의 ${provider} ${mid} 실거래 채널에 시뮬레이터의 키가 있습니다: ${names.join(', ')}`,
      );
      const fix = text(
        'Anybody can make them, and sign notices with them: put those of the gateway there.',
        '누구나 만들 수 있는 키로, 알림도 위조할 수 있습니다. PG사가 발급한 키로 바꾸세요.',
      );
      return toFix('channel', found, fix);
    });
  } catch (error) {
    // What is wrong in the file is told by the check of the file.
    if (error instanceof SettingsError) return [];
    throw error;
  }
}

/** Whether the database keeps what it has called committed. */
export function checkDurability({
  forgetful,
  doubtful,
}: {
  readonly forgetful: readonly string[];
  readonly doubtful: readonly string[];
}): readonly Finding[] {
  const check = 'durability';
  if (forgetful.length > 0) {
    const found = text(
      `${forgetful.join(', ')}: a power cut may lose refunds that were made`,
      `${forgetful.join(', ')}: 정전 시 이미 처리한 환불 기록을 잃을 수 있습니다`,
    );
    return [
      toFix(
        check,
        found,
        text('Turn it on: live mode does not start without.', '켜세요. 켜지 않으면 live 모드로 시작할 수 없습니다.'),
      ),
    ];
  }
  if (doubtful.length > 0) return doubtful.map((what) => toKnow(check, what));
  return [good(check, text('what is committed is on the disk', '커밋된 것은 디스크에 기록됩니다'))];
}
