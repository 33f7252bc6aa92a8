import type { Outcome } from '../protocol.ts';

/**
 * Refusals of the script itself, by `error_code`. Wrappers put the text into a query as it is, so that none has a sign that means something
 * there. Those of i'mport's stand as clients know them.
 */
export const failures = {
  NO_INIT: '판매자 코드가 설정되지 않았습니다. IMP.init()함수를 먼저 호출하세요.',
  NO_PARAMS: '결제요청 파라메터가 누락되었습니다.',
  BAD_PARAMS: '결제요청 파라메터를 읽을 수 없습니다.',
  NO_SERVER: '결제 서버의 주소를 알 수 없습니다. 스크립트를 서버에서 직접 불러오거나 IMP.slots에 주소를 넣어 주세요.',
  NETWORK: '결제 서버에 연결하지 못했습니다. 네트워크 상태를 확인하고 다시 시도해 주세요.',
  /** The window had been opened: something may have been paid. */
  UNKNOWN_RESULT: '결제 결과를 확인하지 못했습니다. 다시 결제하기 전에 결제 내역을 확인해 주세요.',
  LOAD: '결제창을 불러오지 못했습니다. 다시 시도해 주세요.',
  REFUSED: '결제창을 열 수 없습니다.',
  UNSUPPORTED: '샌드박스에서 지원하지 않는 기능입니다.',
  NO_CONTAINER: 'portone-ui-container 클래스를 가진 div가 없습니다.',
  NO_CONTAINER_OF_TYPE: 'data-portone-ui-type이 일치하는 portone-ui-container가 없습니다.',
  SEVERAL_CONTAINERS: 'data-portone-ui-type이 같은 portone-ui-container가 둘 이상입니다.',
} as const;

/** A failure after the window was opened and whose end nobody could tell also has `NETWORK`: that is what it was. */
export type FailureCode = keyof typeof failures;

export type Kind = 'payment' | 'certification';

/** What is known of a request whatever became of it. */
export interface About {
  readonly kind: Kind;
  readonly merchantUid: string;
  readonly payMethod: string;
  readonly impUid?: string;
  readonly provider?: string;
}

export function failure(about: About, code: FailureCode, message: string = failures[code]): Outcome {
  return {
    success: false,
    imp_success: false,
    imp_uid: about.impUid ?? null,
    merchant_uid: about.merchantUid,
    ...(about.kind === 'payment' ? { pay_method: about.payMethod } : {}),
    ...(about.provider === undefined ? {} : { pg_provider: about.provider }),
    pg_type: about.kind,
    error_code: code === 'UNKNOWN_RESULT' ? 'NETWORK' : code,
    error_msg: message,
  };
}

/** An error for what ends in no callback. */
export function refusedCall(code: FailureCode, name: string): Error & { readonly error_code: string } {
  return Object.assign(new Error(`IMP.${name}: ${failures[code]}`), { error_code: code });
}
