/**
 * Every refusal that a caller can meet. The key is stable and goes out in the header `X-Hwanbul-Error`; `code` is
 * i'mport's own number, which says much less. `docs/errors.md` is generated from this table and tested equal to it.
 *
 * `{name}` in a message is filled in by the place that refuses. `quoted` marks the messages that the real server is
 * known to send word for word; the wording of all others is ours (no public source shows the real one).
 */
export interface ErrorEntry {
  readonly status: number;
  readonly code: number;
  readonly message: string;
  readonly meaning: string;
  readonly quoted?: true;
}

const entries = {
  // Authentication
  credentials_missing: {
    status: 400,
    code: -1,
    message: 'imp_key, imp_secret 파라메터가 누락되었습니다.',
    meaning: 'getToken was called without imp_key or imp_secret.',
    quoted: true,
  },
  credentials_wrong: {
    status: 401,
    code: -1,
    message: '인증에 실패하였습니다. API키와 secret을 확인하세요.',
    meaning: 'No merchant has this pair of imp_key and imp_secret.',
    quoted: true,
  },
  unauthorized: {
    status: 401,
    code: -1,
    message: 'Unauthorized',
    meaning: 'The access token is missing, unknown or expired. Get a new one from /users/getToken.',
    quoted: true,
  },

  // The request itself
  not_found: {
    status: 404,
    code: -1,
    message: '존재하지 않는 API 입니다.',
    meaning: 'No operation has this path.',
  },
  method_not_allowed: {
    status: 405,
    code: -1,
    message: '지원하지 않는 HTTP 메소드입니다.',
    meaning: 'The path exists, but not with this method; the header Allow lists those that do.',
  },
  body_too_large: {
    status: 413,
    code: -1,
    message: '요청 본문이 너무 큽니다.',
    meaning: 'The body is larger than 1 MiB.',
  },
  unsupported_media_type: {
    status: 415,
    code: -1,
    message:
      '지원하지 않는 Content-Type 입니다. application/json, application/x-www-form-urlencoded, multipart/form-data 중 하나를 사용하세요.',
    meaning: 'The body is neither JSON, form-urlencoded nor multipart, or it is compressed.',
  },
  unsupported_charset: {
    status: 415,
    code: -1,
    message: '지원하지 않는 문자 인코딩입니다. UTF-8을 사용하세요.',
    meaning: 'The Content-Type names a charset other than UTF-8.',
  },
  malformed_body: {
    status: 400,
    code: -1,
    message: '요청 본문을 해석할 수 없습니다.',
    meaning: 'The body is not well-formed JSON, form data or UTF-8 text.',
  },
  body_too_deep: {
    status: 400,
    code: -1,
    message: '요청 본문의 중첩이 너무 깊습니다.',
    meaning: 'The body nests objects or lists more than 20 deep.',
  },
  malformed_request: {
    status: 400,
    code: -1,
    message: '올바르지 않은 HTTP 요청입니다.',
    meaning: 'The HTTP request itself, its path or its headers cannot be read.',
  },
  headers_too_large: {
    status: 431,
    code: -1,
    message: '요청 헤더가 너무 큽니다.',
    meaning: 'The headers of the request are larger than 16 KiB.',
  },
  request_timeout: {
    status: 408,
    code: -1,
    message: '요청을 제시간에 받지 못했습니다.',
    meaning: 'The request did not arrive whole in time.',
  },
  parameter_missing: {
    status: 400,
    code: -1,
    message: '필수 파라미터 {name}이(가) 누락되었습니다.',
    meaning: 'A required parameter is missing, null or empty.',
  },
  parameter_invalid: {
    status: 400,
    code: -1,
    message: '파라미터 {name}의 값이 올바르지 않습니다. ({expected})',
    meaning: 'A parameter has a value of the wrong kind; the message says what is expected.',
  },
  parameter_too_long: {
    status: 400,
    code: -1,
    message: '파라미터 {name}은(는) {max}자를 넘을 수 없습니다.',
    meaning: 'A text is longer than its field. It is refused, not cut.',
  },
  internal_error: {
    status: 500,
    code: -1,
    message: '서버 내부 오류가 발생했습니다. 처리 여부를 조회하여 확인하세요.',
    meaning:
      'A defect or an outage of the server itself. What was asked for may or may not have been done: look it up.',
  },
  database_unavailable: {
    status: 503,
    code: -1,
    message: '데이터베이스에 연결할 수 없습니다. 잠시 후 다시 시도해주세요.',
    meaning: 'The database does not answer, and nothing was sent to the gateway.',
  },
  shutting_down: {
    status: 503,
    code: -1,
    message: '서버가 종료 중입니다. 잠시 후 다시 시도해주세요.',
    meaning: 'The server is draining and takes no new work. Nothing was done.',
  },

  // Idempotency keys
  idempotency_key_invalid: {
    status: 400,
    code: -1,
    message: 'Idempotency-Key는 1자 이상 300자 이하의 문자열이어야 합니다.',
    meaning: 'The Idempotency-Key header is empty or longer than 300 characters.',
  },
  idempotency_key_reused: {
    status: 422,
    code: -1,
    message: '같은 Idempotency-Key로 다른 내용의 요청이 이미 처리되었습니다.',
    meaning: 'This Idempotency-Key was used with another request.',
  },
  idempotent_request_running: {
    status: 409,
    code: -1,
    message: '같은 Idempotency-Key의 이전 요청이 처리 중입니다.',
    meaning: 'The first request with this Idempotency-Key is still running. Repeat a little later.',
  },

  // Payments and channels
  payment_not_found: {
    status: 404,
    code: -1,
    message: '존재하지 않는 결제정보입니다.',
    meaning: 'No payment of this merchant has this id.',
    quoted: true,
  },
  payment_status_unknown: {
    status: 400,
    code: -1,
    message: '지원되지 않는 상태값입니다.',
    meaning: 'The status in the path is none of all, ready, paid, cancelled, failed.',
    quoted: true,
  },
  page_out_of_range: {
    status: 400,
    code: -1,
    message: '요청하신 페이지가 존재하지 않습니다.',
    meaning: 'The page lies beyond the last one.',
  },
  period_too_long: {
    status: 400,
    code: -1,
    message: '조회기간은 최대 90일입니다.',
    meaning: 'from and to lie more than 90 days apart, or from lies after to.',
  },
  too_many_ids: {
    status: 400,
    code: -1,
    message: '한 번에 최대 100건까지 조회할 수 있습니다.',
    meaning: 'More than 100 ids were asked for at once.',
  },
  channel_not_found: {
    status: 200,
    code: 1,
    message: '등록된 PG 설정 정보를 찾을 수 없습니다. ({channel})',
    meaning: 'The merchant has no channel with this pg or channel_key.',
  },
  not_supported_by_gateway: {
    status: 200,
    code: -1,
    message: '해당 PG사({provider})에서 지원하지 않는 기능입니다: {capability}',
    meaning:
      'The gateway, or its pay method, does not offer this; the message names the missing capability. Nothing was sent.',
  },
  currency_not_supported: {
    status: 200,
    code: -1,
    message: '지원하지 않는 통화입니다: {currency}',
    meaning: 'The gateway does not take this currency.',
  },
  order_already_paid: {
    status: 200,
    code: 1,
    message: '이미 결제가 이루어진 merchant_uid입니다.',
    meaning: 'A payment with this merchant_uid is paid or being approved. Nothing was sent.',
  },
  amount_invalid: {
    status: 400,
    code: -1,
    message: '{name}의 값이 올바르지 않습니다. ({problem})',
    meaning:
      'An amount is not a number, negative, too large to be exact, or has more decimal places than its currency.',
  },
  tax_free_exceeds_amount: {
    status: 400,
    code: -1,
    message: '{name}이(가) 금액보다 클 수 없습니다.',
    meaning: 'The tax-free or VAT part is larger than the amount that it is a part of.',
  },
  payment_refused: {
    status: 200,
    code: -1,
    message: '카드정보 인증에 실패하였습니다. {reason}',
    meaning: 'The gateway refused the payment; its own text follows. Nothing was charged.',
    quoted: true,
  },
  card_number_invalid: {
    status: 200,
    code: -1,
    message: '유효하지않은 카드번호를 입력하셨습니다.',
    meaning: 'The card number does not have 15 or 16 digits, or the gateway does not know it.',
    quoted: true,
  },
  vbank_issue_refused: {
    status: 200,
    code: -1,
    message: '가상계좌 발급에 실패하였습니다. {reason}',
    meaning: 'The gateway refused to issue the virtual account; its own text follows.',
  },
  barcode_issue_refused: {
    status: 200,
    code: -1,
    message: '편의점 수납번호 발급에 실패하였습니다. {reason}',
    meaning: 'The gateway refused to issue the barcode; its own text follows.',
  },
  bank_unknown: {
    status: 400,
    code: -1,
    message: '지원하지 않는 은행코드입니다: {bank}',
    meaning: 'The gateway knows no bank with this code.',
  },
  standard_code_not_found: {
    status: 404,
    code: -1,
    message: '존재하지 않는 코드입니다: {code}',
    meaning: 'No bank, or no card company, has this standard code.',
  },
  gateway_unreachable: {
    status: 200,
    code: -1,
    message: 'PG사에 연결할 수 없어 요청을 전송하지 못했습니다. 처리된 내용이 없으므로 다시 시도할 수 있습니다.',
    meaning: 'No connection to the gateway. Nothing was sent and nothing moved; it is safe to ask again.',
  },
  outcome_in_doubt: {
    status: 200,
    code: -1,
    message: 'PG사의 처리 결과를 확인하고 있습니다. 성공 또는 실패로 단정하지 마시고 결제정보를 다시 조회해주세요.',
    meaning:
      'A payment, account, barcode or receipt was asked for, and the gateway gave no clear answer. It is being asked; look the payment up again.',
  },

  // Cancelling a payment
  cancel_target_missing: {
    status: 400,
    code: -1,
    message: 'imp_uid 또는 merchant_uid 중 하나는 반드시 지정해주셔야합니다.',
    meaning: 'Neither imp_uid nor merchant_uid was given. (Only the end of the real message is known.)',
  },
  cancel_target_not_found: {
    status: 200,
    code: 1,
    message: '취소할 결제건이 존재하지 않습니다.',
    meaning: 'No payment of this merchant has this imp_uid or merchant_uid.',
    quoted: true,
  },
  already_cancelled: {
    status: 200,
    code: 1,
    message: '이미 전액취소된 주문입니다.',
    meaning: 'Nothing is left to cancel.',
    quoted: true,
  },
  cancel_amount_exceeds_balance: {
    status: 200,
    code: -1,
    message: '취소요청금액이 취소가능금액보다 큽니다. (취소가능금액: {balance})',
    meaning: 'More was asked for than can still be cancelled. Nothing was sent.',
  },
  cancel_tax_free_exceeds_balance: {
    status: 200,
    code: -1,
    message: '{name}이(가) 남은 금액보다 큽니다. (남은 금액: {balance})',
    meaning: 'The tax-free or VAT part is larger than what is left of it. Nothing was sent.',
  },
  checksum_mismatch: {
    status: 200,
    code: -1,
    message: 'checksum이 취소가능금액과 일치하지 않습니다. (취소가능금액: {balance})',
    meaning: 'checksum differs from what could be cancelled at that moment. Nothing was done.',
  },
  cancel_vbank_not_deposited: {
    status: 200,
    code: -1,
    message: '입금되지 않은 가상계좌는 취소할 수 없습니다. 가상계좌 말소 API(DELETE /vbanks/{imp_uid})를 이용해주세요.',
    meaning: 'The virtual account has no deposit yet: it is revoked, not cancelled.',
  },
  cancel_barcode_not_paid: {
    status: 200,
    code: -1,
    message: '수납되지 않은 편의점 결제는 취소할 수 없습니다. 수납번호 말소 API(DELETE /cvs/{imp_uid})를 이용해주세요.',
    meaning: 'The barcode is not paid yet: it is revoked, not cancelled.',
  },
  cancel_not_paid: {
    status: 200,
    code: -1,
    message:
      '결제가 완료되지 않은 주문은 취소할 수 없습니다. 결제정보 조회 API(GET /payments/{imp_uid})로 상태를 확인해주세요.',
    meaning: 'The payment failed, or was never completed: there is nothing to give back.',
  },
  refund_account_missing: {
    status: 200,
    code: -1,
    message: '가상계좌 환불에는 refund_holder, refund_bank, refund_account가 필요합니다. ({name})',
    meaning: 'A deposited virtual account is refunded to an account, and a part of that account is missing.',
  },
  refund_account_invalid: {
    status: 200,
    code: -1,
    message: '환불계좌 정보가 올바르지 않습니다. ({name})',
    meaning:
      'The refund account has something other than digits and hyphens, or a bank that the gateway does not know.',
  },
  partial_cancel_not_supported: {
    status: 200,
    code: -1,
    message: '부분취소를 지원하지 않는 결제입니다. 전액취소만 가능합니다.',
    meaning: 'The gateway takes only full cancellations for this pay method. Nothing was sent.',
  },
  cancellation_busy: {
    status: 200,
    code: -1,
    message:
      '같은 결제건에 대한 다른 요청이 처리 중입니다. 잠시 후 다시 시도해주세요. 이번 요청은 처리되지 않았습니다.',
    meaning: 'Another cancellation of this payment was still running when the wait ended. This one was not begun.',
  },
  cancellation_blocked_by_doubt: {
    status: 200,
    code: -1,
    message: '이전 취소요청의 결과를 확인하고 있어 새로운 요청을 받을 수 없습니다. 이번 요청은 처리되지 않았습니다.',
    meaning: 'An earlier cancellation of this payment is in doubt; until it is settled no other is begun.',
  },
  cancellation_in_doubt: {
    status: 200,
    code: -1,
    message:
      '결제취소 결과를 PG사에 확인하고 있습니다. 성공 또는 실패로 단정하지 마시고 결제정보를 다시 조회해주세요. (cancellation_id: {id})',
    meaning:
      'The request reached the gateway, but no clear answer came. The amount stays reserved, and the gateway is asked until it is settled.',
  },
  cancellation_refused: {
    status: 200,
    code: -1,
    message: '결제취소에 실패하였습니다. {reason}',
    meaning: 'The gateway refused the cancellation; its own text follows. Nothing moved.',
    quoted: true,
  },

  // Revoking a virtual account or a barcode
  vbank_not_revocable: {
    status: 400,
    code: -1,
    message: '입금대기 중인 가상계좌가 아닙니다. 입금된 가상계좌는 결제취소 API(POST /payments/cancel)로 환불해주세요.',
    meaning: 'The payment is not a virtual account, or it no longer waits for its deposit.',
  },
  vbank_revocation_refused: {
    status: 400,
    code: -1,
    message: '가상계좌 말소에 실패하였습니다. {reason}',
    meaning: 'The gateway refused to revoke the virtual account; its own text follows.',
  },
  vbank_change_not_supported: {
    status: 400,
    code: -1,
    message: '해당 PG사({provider})는 가상계좌 변경을 지원하지 않습니다.',
    meaning: 'The gateway does not offer changing an issued virtual account.',
  },
  vbank_not_changeable: {
    status: 400,
    code: -1,
    message: '입금대기 중인 가상계좌가 아니므로 변경할 수 없습니다.',
    meaning: 'The payment is not a virtual account, or it no longer waits for its deposit.',
  },
  cvs_not_revocable: {
    status: 400,
    code: -1,
    message: '수납대기 중인 편의점 결제가 아닙니다.',
    meaning: 'The payment is not a convenience-store barcode, or it no longer waits to be paid.',
  },
  barcode_revocation_refused: {
    status: 400,
    code: -1,
    message: '편의점 수납번호 말소에 실패하였습니다. {reason}',
    meaning: 'The gateway refused to revoke the barcode; its own text follows.',
  },

  // Cash receipts
  receipt_not_found: {
    status: 404,
    code: -1,
    message: '현금영수증 발급내역이 존재하지 않습니다.',
    meaning: 'No cash receipt was issued for this payment.',
  },
  receipt_never_issued: {
    status: 400,
    code: -1,
    message: '발급된 현금영수증이 없어 취소할 수 없습니다.',
    meaning: 'There is no cash receipt to revoke.',
  },
  receipt_already_revoked: {
    status: 400,
    code: -1,
    message: '이미 취소된 현금영수증입니다.',
    meaning: 'The cash receipt was revoked before.',
  },
  receipt_already_issued: {
    status: 400,
    code: -1,
    message: '이미 현금영수증이 발급된 결제건입니다.',
    meaning: 'The payment already has a cash receipt, or one is being issued.',
  },
  receipt_payment_not_paid: {
    status: 400,
    code: -1,
    message: '결제완료 상태가 아니므로 현금영수증을 발급할 수 없습니다.',
    meaning: 'A cash receipt needs a payment that is paid and not fully cancelled.',
  },
  receipt_identifier_invalid: {
    status: 400,
    code: -1,
    message: '현금영수증 발행을 위한 식별정보(identifier)가 올바르지 않습니다.',
    meaning: 'identifier has something other than digits and hyphens, or fits none of the kinds of identifier.',
  },
  receipt_issue_refused: {
    status: 500,
    code: -1,
    message: '현금영수증 발급에 실패하였습니다. {reason}',
    meaning: 'The gateway refused to issue the cash receipt; its own text follows.',
  },
  receipt_revocation_refused: {
    status: 500,
    code: -1,
    message: '현금영수증 취소에 실패하였습니다. {reason}',
    meaning: 'The gateway refused to revoke the cash receipt; its own text follows.',
  },
  receipt_not_supported: {
    status: 501,
    code: -1,
    message: '해당 PG사({provider})는 현금영수증 {action}을(를) 지원하지 않습니다.',
    meaning: 'The gateway, or the pay method, has no cash receipts.',
  },

  // Cancellations as records
  cancellation_not_found: {
    status: 404,
    code: -1,
    message: '존재하지 않는 취소요청입니다.',
    meaning: 'No cancellation of this merchant has this id.',
  },
  cancellation_not_open: {
    status: 409,
    code: -1,
    message: '결과를 확인 중인 취소요청이 아닙니다. (상태: {state})',
    meaning: 'Only a cancellation in doubt can be resolved by a person; this one is running or has ended.',
  },
  doubt_not_found: {
    status: 404,
    code: -1,
    message: '존재하지 않는 요청입니다.',
    meaning: 'Nothing that this merchant has asked of a gateway has this id.',
  },
  doubt_not_open: {
    status: 409,
    code: -1,
    message: '결과를 확인 중인 요청이 아닙니다. (상태: {state})',
    meaning: 'Only what is in doubt can be resolved by a person; this is running or has ended.',
  },

  // Webhooks
  webhook_not_found: {
    status: 404,
    code: -1,
    message: '존재하지 않는 웹훅입니다.',
    meaning: 'No webhook of this merchant has this id.',
  },
  webhook_url_missing: {
    status: 400,
    code: -1,
    message: '웹훅 URL이 설정되어 있지 않습니다.',
    meaning: 'The merchant has no webhook_url that could be called.',
  },

  // The sandbox
  sandbox_payment_refused: {
    status: 400,
    code: -1,
    message: '샌드박스 결제를 만들 수 없습니다. {reason}',
    meaning: 'The simulator refused the payment, deposit or counter payment; its own text follows.',
  },
  sandbox_simulator_unavailable: {
    status: 502,
    code: -1,
    message: '{provider} 시뮬레이터가 응답하지 않습니다.',
    meaning: 'The simulator of this gateway cannot be reached.',
  },
  sandbox_clock_backwards: {
    status: 400,
    code: -1,
    message: '샌드박스 시계는 이미 표시된 시각({now})보다 이전으로 돌릴 수 없습니다.',
    meaning: 'A clock never goes back behind a time that it has shown. Release it (DELETE /sandbox/clock), or reset.',
  },
  sandbox_clock_busy: {
    status: 409,
    code: -1,
    message: '다른 요청이 샌드박스 시계를 움직이고 있습니다.',
    meaning: "Another call is moving this merchant's clock, or died a few seconds ago while it did. Repeat it later.",
  },
  sandbox_clock_unfinished: {
    status: 503,
    code: -1,
    message: '샌드박스 시계를 옮기는 동안 처리가 끝나지 않았습니다. 같은 요청을 다시 보내주세요.',
    meaning:
      'Something that fell due on the way is not settled yet. The same call again goes on where this one stopped.',
  },
  sandbox_seed_invalid: {
    status: 400,
    code: -1,
    message: '시드 데이터가 올바르지 않습니다. {problems}',
    meaning: 'The seed has mistakes; each is named with its line and path. Nothing was made.',
  },
  sandbox_seed_stopped: {
    status: 409,
    code: -1,
    message: '시드 데이터의 주문 {order}을(를) 만들 수 없습니다. {reason}',
    meaning: 'A payment of the seed could not be made as wanted. What came before it was; the same seed again goes on.',
  },
  sandbox_fault_not_found: {
    status: 404,
    code: -1,
    message: '존재하지 않는 장애 설정입니다.',
    meaning: 'This merchant has no fault with this id.',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof entries;
export const errorRegistry: Readonly<Record<ErrorCode, ErrorEntry>> = Object.freeze(entries);
