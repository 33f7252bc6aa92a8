import { useLanguage } from '../language/language.ts';

/** What the server writes into the audit of an operation, in Korean. The audit is kept as it was written, in English. */
const korean: readonly (readonly [RegExp, string])[] = [
  [/^asked for by the merchant$/, '상점이 요청함'],
  [/^asked for in the console$/, '콘솔에서 요청함'],
  [/^request handed to the gateway$/, 'PG사에 요청을 보냄'],
  [/^the gateway confirmed it$/, 'PG사가 처리를 확인함'],
  [/^the gateway took it and will finish later$/, 'PG사가 접수했고 나중에 마침'],
  [/^the gateway refused it$/, 'PG사가 거절함'],
  [/^refund request (\S+), asked for by (.+), approved by (.+)$/, '환불 요청 $1, 요청 $2, 승인 $3'],
  [/^follows the (?:cancellation|charge) (\S+)$/, '$1에 이어서 처리함'],
  [/^found open after its process had ended$/, '서버가 중단된 뒤 이어서 확인함'],
  [/^the connection failed before a whole answer came \((.+)\)$/, '응답을 다 받기 전에 연결이 끊김 ($1)'],
  [/^the connection was lost$/, '연결이 끊김'],
  [/^no connection could be made \((.+)\)$/, '연결하지 못함 ($1)'],
  [/^no time was left to send it$/, '보낼 시간이 남지 않음'],
];

/** The reader's words for why something has changed, where the server's are known. */
export function useAuditWords(): (why: string) => string {
  const language = useLanguage();
  return (why) => {
    if (language === 'en') return why;
    const [form, words] = korean.find(([known]) => known.test(why)) ?? [];
    return form === undefined || words === undefined ? why : why.replace(form, words);
  };
}
