import { type Text, text } from '../../platform/language/text.ts';

/** What the server writes into the life of an operation. What is a gateway's own, or not here, stays as it is. */
const remarks: readonly (readonly [pattern: RegExp, korean: string])[] = [
  [/^asked for by the merchant$/, '가맹점의 요청'],
  [/^request handed to the gateway$/, 'PG사에 요청을 보냄'],
  [/^the gateway confirmed it$/, 'PG사가 완료로 응답'],
  [/^the gateway took it and will finish later$/, 'PG사가 접수, 나중에 완료'],
  [/^the gateway refused it$/, 'PG사가 거절'],
  [/^the gateway has it in its book$/, 'PG사 장부에서 확인됨'],
  [/^the gateway has taken it$/, 'PG사가 접수한 것을 확인'],
  [/^the gateway says that it was refused$/, 'PG사가 거절했다고 응답'],
  [/^repeated, since the gateway can not be asked$/, 'PG사에 조회할 수 없어 같은 요청을 반복함'],
  [/^repeated with the same key$/, '같은 키로 요청을 반복함'],
  [/^long after it was sent, the gateway has no trace of it$/, '전송 후 오래 지나도록 PG사에 내역이 없음'],
  [/^follows the cancellation (\w+)$/, '취소 $1에 따른 처리'],
  [/^the adapter failed$/, 'PG사 연동부의 오류'],
  [/^no time was left to send it$/, '전송할 시간이 남지 않음'],
  [/^the connection failed before a whole answer came \((.*)\)$/, '응답을 다 받기 전에 연결이 끊어짐 ($1)'],
  [/^the connection was lost$/, '연결이 끊어짐'],
  [/^no connection could be made \((.*)\)$/, '연결하지 못함 ($1)'],
  [/^the gateway gave no clear answer \((.*)\)$/, 'PG사의 응답이 명확하지 않음 ($1)'],
  [/^the gateway has no inquiry$/, 'PG사에 조회 수단이 없음'],
  [/^the gateway has no lookup$/, 'PG사에 조회 수단이 없음'],
  [/^HTTP (\d+) without a readable answer$/, '읽을 수 없는 응답 (HTTP $1)'],
  [/^no readable answer \(HTTP (\d+)\)$/, '읽을 수 없는 응답 (HTTP $1)'],
  [/^the answer is not the one to this request$/, '이 요청에 대한 응답이 아님'],
  [/^(\w+) has no lookup for (\w+)$/, '$1에는 $2 조회가 없음'],
];

export function serverRemark(remark: string): Text {
  const known = remarks.find(([pattern]) => pattern.test(remark));
  return text(remark, known ? remark.replace(known[0], known[1]) : remark);
}
