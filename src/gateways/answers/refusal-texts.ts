import type { GatewayCall } from '../../port/call.ts';
import type { Outcome, RefusalCategory } from '../../port/outcome.ts';

/**
 * Some gateways publish no list of result codes: only the code of success, and that every other one is a failure. What a
 * refusal of theirs means can then be read from its Korean text alone. The phrases here are those that gateways of this
 * kind are known to use; what fits none of them is `other`.
 *
 * - `in_doubt`: the text speaks of a request under way, of a time-out or of a failure inside: no clear no.
 * - `deposited`: the virtual account has its deposit, so that it was not revoked.
 * - `duplicate_order`: the order number was used before.
 */
export type RefusalMeaning = RefusalCategory | 'in_doubt' | 'deposited' | 'duplicate_order';

/** The first that fits counts: a doubt before a refusal, and a narrow phrase before a wide one. */
const meanings: readonly (readonly [RefusalMeaning, RegExp])[] = [
  [
    'in_doubt',
    /(처리|진행|요청)\s*중|시간\s*초과|타임\s*아웃|time\s*-?\s*out|무응답|응답\s*(이\s*)?(없|지연)|통신\s*(오류|장애|실패)/i,
  ],
  ['in_doubt', /(시스템|내부|서버|DB)\s*(오류|장애|에러)/i],
  ['partial_not_supported', /^(?!.*전체\s*취소).*부분\s*(취소|환불).{0,12}(불가|지원하지|할\s*수\s*없|미지원)/],
  ['already_cancelled', /^(?!.*부분\s*취소).*(이미|기)\s*(전액\s*)?취소\s*(가\s*)?(된|되|완료|성공|거래|건)/],
  [
    'over_balance',
    /취소.{0,12}금액.{0,14}(초과|큽니다|클\s*수\s*없|많습니다|부족)|잔액.{0,8}(초과|부족|불일치|일치하지|다릅)/,
  ],
  ['window_passed', /(취소|환불|입금).{0,10}(기간|기한|기일).{0,8}(지났|지난|초과|경과|만료)/],
  ['closed_hours', /(서비스|취소|환불|은행).{0,8}시간.{0,6}(아닙|외|아님)/],
  ['contract_missing', /미계약|계약.{0,8}(없|필요|않)|서비스.{0,8}(미신청|신청하지)|사용\s*권한.{0,6}없/],
  ['duplicate_order', /주문\s*번호.{0,10}중복|중복.{0,6}주문/],
  ['bad_card', /카드\s*번호.{0,12}(오류|올바르지|잘못|틀|확인|유효하지)/],
  ['bad_refund_account', /(환불\s*계좌|계좌\s*번호|예금주).{0,14}(오류|올바르지|일치하지|불일치|확인|없)/],
  [
    'bad_credentials',
    /^(?!.*카드).*(서명|해시|hash|signature|sign|검증|암호화|복호화|패스워드|비밀번호|상점\s*키|상점\s*(아이디|ID)|가맹점).{0,20}(오류|실패|불일치|일치하지|올바르지|유효하지|등록되지|존재하지)/i,
  ],
  ['deposited', /입금\s*(이\s*)?(된|완료|확인)/],
  [
    'unknown_transaction',
    /(거래|거래\s*내역|승인\s*내역|결제\s*내역|주문)(이|가|을|를)?\s*(없|존재하지|찾을\s*수\s*없|미존재)/,
  ],
  ['temporarily_unavailable', /일시적|잠시\s*후|점검/],
];

export function meaningOfRefusal(text: string): RefusalMeaning {
  return meanings.find(([, phrase]) => phrase.test(text))?.[0] ?? 'other';
}

/**
 * What comes of a failure that a gateway without published codes reports, to a cancel or a revocation. A first request
 * that is refused is refused. A repeat that is refused says nothing of the first one, unless the text does: that all has
 * been cancelled is what was asked for where `whenDone` is given (only for what can happen once: a cancel of all that is
 * left, a revocation), and a deposited account was not revoked.
 */
export function outcomeOfRefusalText<T>(
  call: Pick<GatewayCall, 'isRepeat'>,
  failure: { readonly code: string; readonly message: string },
  whenDone: T | null,
): Outcome<T> {
  const { code } = failure;
  const message = failure.message || code;
  const meaning = meaningOfRefusal(message);
  if (meaning === 'in_doubt')
    return { kind: 'unclear', why: `the gateway gave no clear answer (${code})`, code, message };
  if (call.isRepeat) {
    if (meaning === 'already_cancelled' && whenDone !== null) return { kind: 'confirmed', result: whenDone };
    if (meaning !== 'deposited') {
      return { kind: 'unclear', why: `a refused repeat says nothing of the first request (${code})`, code, message };
    }
  }
  return { kind: 'refused', code, message, category: categoryOf(meaning) };
}

function categoryOf(meaning: RefusalMeaning): RefusalCategory {
  return meaning === 'in_doubt' || meaning === 'deposited' || meaning === 'duplicate_order' ? 'other' : meaning;
}
