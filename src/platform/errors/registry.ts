/**
 * Every refusal that a caller can meet. The key is stable and goes out in the header `X-Hwanbul-Error`; `code` is
 * i'mport's own number, which says much less. `meaning` goes out as well, in `X-Hwanbul-Meaning`, and so is plain ASCII.
 * `docs/errors.md` is generated from this table and tested equal to it.
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
  /** When it may be tried again, in seconds: the header `Retry-After`. Of what will pass by itself. */
  readonly retryAfterSeconds?: number;
  /** The answer has the gateway's own code and text as `error`, and no `response`. */
  readonly showsGatewayError?: true;
  /** The answer has the gateway's own as `response`, such as this one. */
  readonly gatewayAnswer?: { readonly error: string; readonly [field: string]: unknown };
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
  too_many_wrong_secrets: {
    status: 429,
    code: -1,
    message: '잘못된 인증정보로 요청이 반복되어 잠시 제한되었습니다. 잠시 후 다시 시도해주세요.',
    meaning: 'Too many wrong secrets for this key or from this address within a minute. The right one is still taken.',
    // What is counted is counted by the minute.
    retryAfterSeconds: 60,
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

  // People who use the console
  sign_in_wrong: {
    status: 401,
    code: -1,
    message: '이메일 또는 비밀번호가 올바르지 않습니다.',
    meaning: 'No member has this e-mail address and this password; which of the two is wrong is not told.',
  },
  too_many_sign_ins: {
    status: 429,
    code: -1,
    message: '로그인 시도가 너무 많아 잠시 제한되었습니다. 잠시 후 다시 시도해주세요.',
    meaning:
      'Too many tries to sign in for this e-mail address (10 in 15 minutes) or from this address, or too many at once. The right password is refused as well meanwhile.',
  },
  password_wrong: {
    status: 400,
    code: -1,
    message: '비밀번호가 올바르지 않습니다.',
    meaning: 'It is not the password of the member who has signed in; the session goes on.',
  },
  factor_wrong: {
    status: 400,
    code: -1,
    message: '인증 코드 또는 패스키가 올바르지 않습니다.',
    meaning:
      "The code or the passkey is not one of the member's, is a code that was taken before, or answers a question that was asked too long ago or of somebody else.",
  },
  too_many_codes: {
    status: 429,
    code: -1,
    message: '인증 코드를 너무 많이 틀려 잠시 제한되었습니다. 15분 뒤에 다시 시도하거나 패스키를 사용해주세요.',
    meaning:
      'Five codes of a second factor in 15 minutes. The right one is refused as well meanwhile; a passkey is not.',
  },
  sign_in_ended: {
    status: 401,
    code: -1,
    message: '로그인 절차가 만료되었습니다. 처음부터 다시 로그인해주세요.',
    meaning: 'The ticket between the password and the second factor has been used, or has expired (10 minutes).',
  },
  factor_enrolment_required: {
    status: 403,
    code: -1,
    message: '상점에서 2단계 인증을 요구합니다. 먼저 2단계 인증을 등록해주세요.',
    meaning:
      'An owner asks for a second factor, and the member has none: until one is enrolled, nothing else can be done.',
  },
  step_up_required: {
    status: 403,
    code: -1,
    message: '계속하려면 본인 확인이 필요합니다.',
    meaning:
      'It needs a second factor (or the password, where there is none) that was shown in the last 5 minutes: `POST /console/api/step-up`, then the same request again. Nothing was done.',
  },
  factor_not_found: {
    status: 404,
    code: -1,
    message: '존재하지 않는 인증 수단입니다.',
    meaning: 'The member has no second factor of this factor_id.',
  },
  factor_taken: {
    status: 409,
    code: -1,
    message: '이미 등록된 패스키입니다.',
    meaning: 'This passkey has been enrolled before, by this member or another one.',
  },
  factors_too_many: {
    status: 409,
    code: -1,
    message: '인증 수단을 더 등록할 수 없습니다.',
    meaning: 'A member has 20 second factors at most.',
  },
  factor_is_last: {
    status: 409,
    code: -1,
    message: '마지막 인증 수단을 삭제하려면 비밀번호가 필요합니다.',
    meaning: 'The last second factor goes only with the right password.',
  },
  passkeys_unavailable: {
    status: 409,
    code: -1,
    message: '이 주소에서는 패스키를 쓸 수 없습니다. https 도메인 주소나 localhost로 접속해주세요.',
    meaning:
      'Browsers have passkeys for names only, no IP addresses, and over HTTPS (or at localhost). HWANBUL_PUBLIC_URL says the name, if the request does not.',
  },
  csrf_wrong: {
    status: 403,
    code: -1,
    message: '페이지가 오래되었거나 다른 페이지에서 보낸 요청입니다. 새로고침 후 다시 시도해주세요.',
    meaning:
      'A request by a session cookie that changes something lacks the header `X-Hwanbul-CSRF` with the value of `GET /console/api/session`, or comes from a page of another address. Nothing was done.',
  },
  member_not_allowed: {
    status: 403,
    code: -1,
    message: '이 작업을 할 권한이 없습니다.',
    meaning: "The member's role does not have the permission that the operation needs, or no member may do it.",
  },
  member_tier_not_allowed: {
    status: 403,
    code: -1,
    message: '이 하위 상점에 대한 권한이 없습니다.',
    meaning:
      'The member is limited to some sub-stores, and the request is for another one or for the main store (header `Tier`).',
  },
  member_not_found: {
    status: 404,
    code: -1,
    message: '존재하지 않는 구성원입니다.',
    meaning: 'The merchant has no member of this member_id.',
  },
  member_email_taken: {
    status: 409,
    code: -1,
    message: '이미 사용 중인 이메일입니다.',
    meaning: 'Somebody on this server has this e-mail address; it names one person only.',
  },
  member_own_rights: {
    status: 409,
    code: -1,
    message: '자신의 권한은 직접 변경할 수 없습니다.',
    meaning: 'Nobody changes what they may do themselves: another owner does.',
  },
  last_owner: {
    status: 409,
    code: -1,
    message: '마지막 소유자는 삭제하거나 권한을 변경할 수 없습니다.',
    meaning: 'The only owner of a store can be neither removed nor made anything else.',
  },
  invitation_not_found: {
    status: 404,
    code: -1,
    message: '유효하지 않은 초대 링크입니다. 이미 사용되었거나 만료되었습니다.',
    meaning: 'There is no such invitation, or it has been used, taken back, or has expired.',
  },
  session_not_found: {
    status: 404,
    code: -1,
    message: '존재하지 않는 로그인 세션입니다.',
    meaning: 'The member has no session of this session_id any more.',
  },
  password_weak: {
    status: 400,
    code: -1,
    message: '더 안전한 비밀번호가 필요합니다({problem}).',
    meaning: 'The new password is too short, has too few different letters, or has the e-mail address in it.',
  },
  keys_in_file: {
    status: 409,
    code: -1,
    message:
      'API 키는 서버의 상점 설정 파일(MERCHANTS_FILE)에서 관리합니다. imp_secret을 바꾸고 이전 값을 previous_imp_secret에 적은 다음 서버에 SIGHUP을 보내세요.',
    meaning:
      'Live mode: the keys are what MERCHANTS_FILE says. Change `imp_secret` there, give the old one as `previous_imp_secret` with `previous_imp_secret_until`, and send the server SIGHUP.',
  },
  keys_of_demo: {
    status: 409,
    code: -1,
    message: '데모 상점의 키는 공개된 예제 키라서 바꿀 수 없습니다. 새 상점을 만들어 사용하세요.',
    meaning: "The demo merchant's keys stand in every example. POST /sandbox/merchants makes a merchant with its own.",
  },
  settings_in_file: {
    status: 409,
    code: -1,
    message: '서버의 상점 설정 파일(MERCHANTS_FILE)에서 관리하는 설정이라 여기서는 변경할 수 없습니다.',
    meaning: 'Live mode: the file MERCHANTS_FILE says this, so that it is changed there.',
  },
  demo_session_refused: {
    status: 403,
    code: -1,
    message: '데모 로그인은 이 서버가 실행 중인 컴퓨터에서만 사용할 수 있습니다.',
    meaning: 'The demo merchant is signed in to without a password only from the machine that the sandbox runs on.',
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
    message: '요청 본문이 너무 큽니다. 1MiB까지 보낼 수 있습니다.',
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
    message: '지원하지 않는 문자 인코딩입니다({charset}). UTF-8을 사용하세요.',
    meaning: 'The Content-Type names a charset other than UTF-8.',
  },
  wrong_charset: {
    status: 400,
    code: -1,
    message: '요청이 UTF-8로 인코딩되지 않았습니다. {charset} UTF-8로 변환하여 다시 요청해주세요.',
    meaning: 'The body, the query or the path has bytes that are not UTF-8; the message says what they look like.',
  },
  malformed_body: {
    status: 400,
    code: -1,
    message: '요청 본문을 해석할 수 없습니다. ({problem})',
    meaning: 'The body is not well-formed JSON or form data; the message says what is wrong with it.',
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
    retryAfterSeconds: 1,
  },
  shutting_down: {
    status: 503,
    code: -1,
    message: '서버가 종료 중입니다. 잠시 후 다시 시도해주세요.',
    meaning: 'The server is draining and takes no new work. Nothing was done.',
    retryAfterSeconds: 1,
  },
  server_busy: {
    status: 503,
    code: -1,
    message: '요청이 많아 지금은 처리할 수 없습니다. 잠시 후 다시 시도해주세요.',
    meaning: 'As many requests as this process takes at once are under way (HWANBUL_REQUESTS_MAX). Nothing was done.',
    retryAfterSeconds: 1,
  },
  too_many_requests: {
    status: 429,
    code: -1,
    message: '동시에 처리 중인 요청이 너무 많습니다. 잠시 후 다시 시도해주세요.',
    meaning:
      'As many requests of one merchant as this process takes at once are under way (HWANBUL_REQUESTS_PER_MERCHANT_MAX). Nothing was done.',
    retryAfterSeconds: 1,
  },
  not_ready: {
    status: 503,
    code: -1,
    message: '지금은 요청을 받을 수 없는 상태입니다. ({part})',
    meaning:
      'Of `GET /ready`: the part that is ill. `database` does not answer within two seconds, `read_only` takes no writes, `schema` does not fit this program, `ending`: the server will stop soon. At the port of metrics also `starting`: it is not up yet, and, of `GET /live` too, `process`: it has shown no sign of life for ten seconds.',
    retryAfterSeconds: 1,
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
    meaning:
      'The first request with this Idempotency-Key is still running, or what it has begun can not be looked up just now. ' +
      'Repeat a little later.',
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
  billing_key_not_found: {
    status: 200,
    code: 1,
    message: '요청하신 customer_uid({customer_uid})로 등록된 정보를 찾을 수 없습니다.',
    meaning: 'No card is registered under this customer_uid, or it has been deleted.',
    quoted: true,
  },
  billing_keys_not_found: {
    status: 404,
    code: -1,
    message: '요청하신 customer_uid로 등록된 정보를 찾을 수 없습니다.',
    meaning: 'No card is registered under any of the customer_uids that were asked for.',
  },
  buyer_not_registered: {
    status: 200,
    code: 1,
    message: '등록되지 않은 구매자입니다.',
    meaning: 'No card is registered under the customer_uid that was to be charged. Nothing was charged.',
    quoted: true,
  },
  billing_channel_not_found: {
    status: 200,
    code: 1,
    message: '비인증결제모듈 사용정보를 찾을 수 없습니다.',
    meaning: 'The merchant has no channel whose gateway registers cards by this API.',
    quoted: true,
  },
  billing_key_issue_refused: {
    status: 200,
    code: -1,
    message: '카드정보 인증 및 빌키 발급에 실패하였습니다. {reason}',
    meaning:
      'The gateway did not register the card; its own text follows. An older key of the same name stays as it was.',
    quoted: true,
  },
  billing_key_check_refused: {
    status: 200,
    code: -1,
    message: '카드 확인 결제(checking_amount)에 실패하였습니다. {reason}',
    meaning:
      'The gateway did not charge the sum by which the card was to be checked; its own text follows. A card that was registered for this request is not kept, and nothing was scheduled.',
  },
  billing_key_revocation_refused: {
    status: 200,
    code: -1,
    message: '빌링키 삭제에 실패하였습니다. {reason}',
    meaning: 'The gateway did not delete the key; its own text follows. The key stays.',
  },
  billing_key_channel_mismatch: {
    status: 200,
    code: -1,
    message: '빌링키가 발급된 채널이 아닙니다. ({channel})',
    meaning: 'The channel_key names another channel than the one that the key was issued by. Nothing was charged.',
  },
  customer_not_registered: {
    status: 200,
    code: 1,
    message: '등록된 고객정보가 없습니다.',
    meaning: 'No card is registered under the customer_uid that was to be scheduled, and the request brings none.',
    quoted: true,
  },
  schedule_order_taken: {
    status: 200,
    code: 1,
    message: '이미 예약되었거나 결제된 merchant_uid입니다. ({merchant_uid})',
    meaning: 'This order has been scheduled before (revoked and failed ones count), or is paid. Nothing was stored.',
  },
  schedule_nothing_to_revoke: {
    status: 200,
    code: 1,
    message: '취소할 예약결제 기록이 존재하지 않습니다.',
    meaning: 'None of what was asked for is a schedule that has not been run yet.',
    quoted: true,
  },
  schedule_not_found: {
    status: 404,
    code: -1,
    message: '예약결제 정보를 찾을 수 없습니다. ({merchant_uid})',
    meaning: 'No payment is scheduled under this merchant_uid.',
  },
  schedule_not_run: {
    status: 400,
    code: -1,
    message: '아직 실행되지 않은 예약결제입니다.',
    meaning: 'The schedule waits for its time: PUT gives it another one.',
  },
  schedule_running: {
    status: 400,
    code: -1,
    message: '현재 실행 중이거나 결과를 확인 중인 예약결제입니다.',
    meaning:
      'The schedule is just being charged, or its charge is in doubt. It is never charged a second time meanwhile.',
  },
  schedule_executed: {
    status: 400,
    code: -1,
    message: '이미 실행된 예약결제입니다.',
    meaning: 'The schedule has been run, and its time can not be changed any more. A failed one can be rescheduled.',
  },
  schedule_revoked: {
    status: 400,
    code: -1,
    message: '이미 취소된 예약결제입니다.',
    meaning: 'The schedule has been taken back. It can be rescheduled.',
  },
  schedule_paid: {
    status: 400,
    code: -1,
    message: '이미 결제가 승인된 예약결제입니다.',
    meaning: 'The order has been paid; a refund does not make it payable again.',
  },
  schedule_time_past: {
    status: 400,
    code: -1,
    message: 'schedule_at은 현재 시각 이후여야 합니다.',
    meaning: "The new time has passed, by the merchant's clock.",
  },
  schedule_period_too_long: {
    status: 400,
    code: -1,
    message: '조회기간은 최대 3개월입니다.',
    meaning:
      'schedule_from and schedule_to lie more than three months (92 days) apart, or schedule_from lies after schedule_to.',
  },
  parameter_not_supported: {
    status: 200,
    code: -1,
    message: '파라미터 {name}은(는) 아직 지원하지 않습니다. 무시하면 요청과 다른 결제가 되므로 처리하지 않았습니다.',
    meaning:
      'The request has an instruction that this server can not follow yet, and that would change the payment. Nothing was done.',
  },
  tier_not_found: {
    status: 404,
    code: -1,
    message: '등록되지 않은 하위상점 코드입니다.',
    meaning: 'The merchant has no sub-store of this code, or has it no more.',
  },
  tier_unknown: {
    status: 400,
    code: -1,
    message: '존재하지 않는 하위상점 코드(Tier)입니다: {tier}',
    meaning: 'The header Tier names no sub-store of the merchant. The request is not carried out for the main store.',
  },
  currency_not_supported: {
    status: 200,
    code: -1,
    message: '지원하지 않는 통화입니다: {currency}',
    meaning: 'The gateway does not take this currency.',
  },
  order_already_paid: {
    status: 200,
    // The number is inferred; the text is known.
    code: -1,
    message: '이미 주문이 이루어진 건입니다. (동일한 merchant_uid로 결제 또는 취소된 기록이 있습니다)',
    meaning:
      'A payment with this merchant_uid is paid, cancelled in part (for a charge of a key: or as a whole), or being approved, or a key was issued with it. Nothing was sent. If it is in doubt whether that one is paid, its doubt_id stands at the end.',
    quoted: true,
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
  wallet_payment_refused: {
    status: 200,
    code: -1,
    message: '결제에 실패하였습니다. {reason}',
    meaning:
      'The gateway knows nobody, or no agreement, that this payment could be made with (a member, a PIN check, a key for automatic payments); its own text follows. Nothing was taken.',
  },
  benepia_failed: {
    status: 500,
    code: -1,
    message: '베네피아 포인트 요청에 실패하였습니다. {reason}',
    meaning: 'The gateway refused the login, the question or the payment; its own text follows. Nothing was taken.',
  },
  kcpquick_channel_missing: {
    status: 400,
    code: -1,
    message: 'KCP 퀵페이(kcp_quick) 채널을 찾을 수 없습니다. ({channel})',
    meaning: 'The merchant has no channel of kcp_quick with this channel_key or site_code.',
  },
  kcpquick_member_not_found: {
    status: 404,
    code: -1,
    message: '존재하지 않는 회원입니다. {reason}',
    meaning: 'No member of KCP Quick Pay has this id.',
  },
  kcpquick_autopay_key_not_found: {
    status: 404,
    code: -1,
    message: '존재하지 않는 자동결제 키입니다. {reason}',
    meaning: 'No key for automatic payments belongs to this customer_uid.',
  },
  kcpquick_already_prepared: {
    status: 409,
    code: -1,
    message: '이미 사전등록된 주문번호입니다.',
    meaning: 'A preparation of this order was made before; PUT changes it.',
  },
  kcpquick_not_prepared: {
    status: 404,
    code: -1,
    message: '사전등록되지 않은 주문번호입니다.',
    meaning: 'There is no preparation of this order to change.',
  },
  kcpquick_refused: {
    status: 200,
    code: -1,
    message: '생체인증 사용 해제에 실패하였습니다. {reason}',
    showsGatewayError: true,
    meaning:
      "KCP refused it. Its own code and text stand in `error`, which is in the place of the answer's `response`.",
  },
  kcpquick_failed: {
    status: 500,
    code: -1,
    message: 'KCP 요청에 실패하였습니다. {reason}',
    meaning: 'The gateway refused what was asked for otherwise; its own text follows.',
  },
  gateway_unclear: {
    status: 500,
    code: -1,
    message: 'PG사와의 통신에 실패하였습니다. 잠시 후 다시 요청해주세요.',
    meaning:
      'The gateway gave no clear answer to a question, or to something that may be asked for again without harm. No money is meant.',
  },
  partner_receipt_not_supported: {
    status: 501,
    code: -1,
    message: '해당 PG사({provider})는 하위 상점 매출전표를 지원하지 않습니다.',
    meaning: "The gateway does not show sub-merchants on the buyer's slip.",
  },
  partner_receipt_not_paid: {
    status: 400,
    code: -1,
    message: '결제승인 상태가 아니므로 하위 상점 정보를 등록할 수 없습니다.',
    meaning: 'Sub-merchants are registered for a payment that is paid and not fully cancelled.',
  },
  partner_receipt_refused: {
    status: 400,
    code: -1,
    message: '하위 상점 정보 등록에 실패하였습니다. {reason}',
    meaning: 'The gateway refused the sub-merchants; its own text follows.',
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
    message:
      'PG사의 처리 결과를 확인하고 있습니다. 성공 또는 실패로 단정하지 마시고 결제정보를 다시 조회해주세요. (doubt_id: {id})',
    meaning:
      'A payment, account, barcode, receipt or the registration of a shipping was asked for, and the gateway gave no clear answer. It is being asked; look the payment up again, or the doubt (GET /doubts/{id}).',
  },

  // Announced amounts, and amounts by means of payment
  prepare_duplicate: {
    status: 200,
    code: 1,
    message: '결제정보 사전등록에 실패하였습니다(이미 등록된 merchant_uid입니다).',
    meaning: 'An amount was announced for this merchant_uid before. PUT changes it.',
    quoted: true,
  },
  prepare_not_found: {
    status: 404,
    code: -1,
    message: '사전등록된 결제정보가 존재하지 않습니다.',
    meaning: 'No amount was announced for this merchant_uid.',
    quoted: true,
  },
  prepare_amount_differs: {
    status: 400,
    code: -1,
    message: '결제요청 금액이 사전등록된 금액과 다릅니다. (사전등록: {amount})',
    meaning:
      'The amount, or the currency, of the payment window differs from what was announced for the merchant_uid. Nothing was paid. (The real text is not known.)',
  },
  balance_unavailable: {
    status: 404,
    code: -1,
    message:
      '(현재는 PAYCO, KCP만 지원됩니다) 결제건에 대한 금액상세정보가 확인되지 않습니다. 결제 상태가 paid 또는 cancelled가 아닌 경우 확인되지 않습니다.',
    meaning: 'The payment was not made through PAYCO or KCP, or it was never paid.',
    quoted: true,
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
  cancellation_on_its_way: {
    status: 200,
    code: 1,
    message:
      '남은 금액 전부의 환불이 이미 접수되어 지급을 기다리고 있습니다. 이번 요청은 처리되지 않았습니다. (cancellation_id: {id})',
    meaning:
      'All that is left of the payment is in refunds that the gateway has accepted and pays out later. This request was not begun.',
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
    message:
      '이전 요청의 결과를 확인하고 있어 새로운 요청을 받을 수 없습니다. 이번 요청은 처리되지 않았습니다. (doubt_id: {id})',
    meaning:
      'An earlier operation on this payment is in doubt (GET /doubts/{id} shows it); until it is settled no other is begun.',
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

  // Refunds by members
  approval_required: {
    status: 403,
    code: -1,
    message:
      '이 금액의 취소는 다른 구성원의 승인이 필요합니다. 환불 승인을 요청해주세요. 이번 요청은 처리되지 않았습니다.',
    meaning:
      'So much of one payment, in parts or at once, is given back only when a second member approves (POST /refund-requests). Nothing was done.',
  },
  refund_request_open: {
    status: 409,
    code: -1,
    message:
      '이 결제에는 이미 승인을 기다리는 환불 요청이 있습니다. 이번 요청은 처리되지 않았습니다. (refund_request_id: {id})',
    meaning:
      'A refund request of this payment waits; until it has ended, no other is made and no member cancels the payment.',
  },
  refund_request_not_found: {
    status: 404,
    code: -1,
    message: '존재하지 않는 환불 요청입니다.',
    meaning: 'No refund request of this merchant has this id.',
  },
  refund_request_not_waiting: {
    status: 409,
    code: -1,
    message: '승인을 기다리는 환불 요청이 아닙니다. (상태: {state})',
    meaning: 'Somebody has decided on the refund request, or it has expired.',
  },
  refund_request_own: {
    status: 403,
    code: -1,
    message: '본인이 요청한 환불은 직접 승인하거나 반려할 수 없습니다.',
    meaning: 'A refund request is decided on by another member than the one who made it.',
  },
  refund_request_of_another: {
    status: 403,
    code: -1,
    message: '환불 요청은 요청한 구성원만 철회할 수 있습니다.',
    meaning: 'Only the member who made a refund request can withdraw it.',
  },
  refund_request_changed: {
    status: 409,
    code: -1,
    message: '확인하신 내용과 환불 요청의 내용이 다릅니다. 다시 조회한 뒤 승인해주세요.',
    meaning: 'The digest is not that of what would be sent. Nothing was done.',
  },
  member_required: {
    status: 403,
    code: -1,
    message: '이 요청은 콘솔에 로그인한 구성원만 할 수 있습니다.',
    meaning: 'Who asks for a refund and who approves it are persons: a token of the API has no name.',
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
  external_receipt_not_found: {
    status: 404,
    code: -1,
    message: '해당 주문번호로 발급된 현금영수증이 존재하지 않습니다.',
    meaning: 'No cash receipt was issued for cash of this order, so that there is none to look at or to revoke.',
  },
  external_receipt_already_issued: {
    status: 400,
    code: -1,
    message: '이미 현금영수증이 발급된 주문번호입니다.',
    meaning:
      'Cash of this order already has a receipt, or one is being issued. If it is in doubt whether that one was issued, its doubt_id stands at the end.',
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
    meaning: 'identifier has something other than digits, hyphens and blanks, or fits none of the kinds of identifier.',
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

  // Escrow
  escrow_not_supported: {
    status: 400,
    code: -1,
    message: '현재 지원되지 않는 PG사입니다.',
    meaning:
      "The gateway offers no escrow, or can't change what was registered, or it is a live channel: how a shipping is registered there is not public.",
    quoted: true,
  },
  escrow_not_eligible: {
    status: 409,
    code: -1,
    message: '해당거래건은 배송정보를 등록할 수 없습니다.',
    meaning:
      'The payment is no escrow, or not paid, or cancelled, or the buyer has decided already; nothing of its shipping can be registered or changed.',
    quoted: true,
  },
  shipping_not_registered: {
    status: 409,
    code: -1,
    message: '등록된 배송정보가 없습니다.',
    meaning: 'No shipping is registered for this payment.',
  },
  shipping_registered_before: {
    status: 409,
    code: -1,
    message: '이미 배송정보가 등록된 거래건입니다. 변경은 PUT 요청을 이용해주세요.',
    meaning: 'A shipping is registered for this payment: it can be changed (PUT), where the gateway lets it.',
  },
  shipping_refused: {
    status: 500,
    code: -1,
    message: '배송정보 등록에 실패하였습니다. {reason}',
    meaning: 'The gateway refused the registration or the change; its own text follows.',
  },
  cancel_escrow_not_possible: {
    status: 200,
    code: -1,
    message:
      '에스크로 결제는 현재 상태에서 취소할 수 없습니다. 배송 후에는 구매자의 구매거절이 필요하며, 구매확정 후에는 escrow_confirmed를 지정해주세요.',
    meaning:
      'An escrow payment whose goods are on their way is cancelled after the buyer has refused them; after the buyer has taken them, where the gateway lets it, with escrow_confirmed. Nothing was sent.',
  },

  // Deliveries
  delivery_not_supported: {
    status: 400,
    code: -1,
    message: '해당 PG사({provider})는 배송 확인을 받지 않습니다.',
    meaning: 'The payment is not one of a gateway that wants to know of deliveries. Nothing was sent.',
  },
  delivery_not_paid: {
    status: 400,
    code: -1,
    message: '결제완료 상태가 아니므로 배송 정보를 전달할 수 없습니다.',
    meaning: 'Only of a payment that is paid, and not cancelled, a delivery is told.',
  },
  delivery_refused: {
    status: 200,
    code: -1,
    message: '{reason}',
    // The only one that Paymentwall's documentation shows.
    gatewayAnswer: {
      error_code: 2,
      error: 'Wrong parameters passed',
      notices: ["You don't have access to this delivery"],
    },
    meaning: 'The gateway refused it. The message is its own, and its whole answer is `response`.',
  },
  delivery_unclear: {
    status: 200,
    code: -1,
    message: 'PG사의 응답을 확인하지 못했습니다. 같은 요청을 다시 보내주세요.',
    meaning: 'The gateway gave no clear answer. The last word counts there, so that it is safe to ask again.',
  },

  // Certifications of persons
  certification_not_found: {
    status: 404,
    code: -1,
    message: '인증결과가 존재하지 않습니다.',
    meaning: 'No certification of this merchant has this id, or it was deleted.',
    quoted: true,
  },
  certification_channel_not_found: {
    status: 400,
    code: -1,
    message: '사용할 수 있는 본인인증 채널이 없습니다. ({channel})',
    meaning:
      "The merchant has no channel for certifications with this channel_key or pg, or none at all. In live mode there is none: the providers' protocols are not public.",
  },
  certification_not_supported: {
    status: 400,
    code: -1,
    message: '해당 본인인증 서비스({provider})는 API를 통한 인증번호 요청을 지원하지 않습니다.',
    meaning:
      'The provider certifies in its own window only, or it is a live channel: its protocol is not public. Nothing was sent.',
  },
  certification_person_not_found: {
    status: 400,
    code: -1,
    message: '본인인증 요청에 실패하였습니다. {reason}',
    meaning: "Nobody is found with these data; the provider's own text follows. No code was sent.",
  },
  certification_refused: {
    status: 500,
    code: -1,
    message: '본인인증에 실패하였습니다. {reason}',
    meaning: 'The provider refused it for another reason; its own text follows.',
  },
  certification_unreachable: {
    status: 500,
    code: -1,
    message: '본인인증 서비스에 연결할 수 없어 요청을 전송하지 못했습니다. 다시 시도할 수 있습니다.',
    meaning: 'No connection to the provider. Nothing was sent.',
  },
  certification_in_doubt: {
    status: 500,
    code: -1,
    message: '본인인증 서비스의 응답을 확인하지 못했습니다. 인증결과를 조회하거나 다시 시도해주세요.',
    meaning:
      'The provider gave no clear answer. After a confirmation, look the certification up: whoever looks makes the provider be asked. After a request, request another code.',
  },
  certification_busy: {
    status: 409,
    code: -1,
    message: '같은 본인인증에 대한 다른 요청이 처리 중입니다. 잠시 후 다시 시도해주세요.',
    meaning: 'Another confirmation of the same certification was still running when the wait ended. No try was used.',
  },
  certification_done_before: {
    status: 400,
    code: -1,
    message: '이미 완료된 본인인증입니다.',
    meaning: 'The certification was confirmed before.',
  },
  certification_code_wrong: {
    status: 400,
    code: -1,
    message: '인증번호가 일치하지 않습니다.',
    meaning: 'The code is wrong, and another try is open.',
  },
  certification_over: {
    status: 400,
    code: -1,
    message: '인증번호 입력 시간이 지났거나 입력 횟수를 초과하였습니다. 인증번호를 다시 요청해주세요.',
    meaning: 'Too many wrong codes, or too late: another code has to be requested.',
  },
  certification_not_confirmed_in_app: {
    status: 400,
    code: -1,
    message: '앱에서 아직 인증이 완료되지 않았습니다.',
    meaning: "The person has not yet said yes in the carrier's app.",
  },

  // Cancellations as records
  cancellation_not_found: {
    status: 404,
    code: -1,
    message: '존재하지 않는 취소요청입니다.',
    meaning: 'No cancellation of this merchant has this id.',
  },
  bulk_refund_not_found: {
    status: 404,
    code: -1,
    message: '존재하지 않는 일괄 환불입니다.',
    meaning: 'No bulk refund of this merchant has this id.',
  },
  bulk_refund_file_unreadable: {
    status: 400,
    code: -1,
    message: '환불 파일을 읽을 수 없습니다: {problem}',
    meaning: 'The file can not be read as a whole: its charset, its columns, a quote that is not closed, or no rows.',
  },
  bulk_refund_too_many_rows: {
    status: 400,
    code: -1,
    message: '환불 파일의 행이 {most}개를 넘습니다. 나누어 올려주세요.',
    meaning: 'The file has more rows than one bulk refund may have.',
  },
  bulk_refund_has_invalid_rows: {
    status: 409,
    code: -1,
    message: '문제가 있는 행이 {count}개 있어 시작할 수 없습니다. 파일을 고쳐 다시 올려주세요.',
    meaning: 'With a row that something is wrong with, none is given back: mend the file and send it again.',
  },
  bulk_refund_digest_mismatch: {
    status: 409,
    code: -1,
    message: '확인한 내용(digest)과 실제로 보낼 내용이 다릅니다. 다시 확인해주세요.',
    meaning: 'What would be sent is not what the digest stands for that came with the request.',
  },
  bulk_refund_needs_second_person: {
    status: 403,
    code: -1,
    message: '일괄 환불은 올린 사람이 아닌 다른 사람이 시작해야 합니다.',
    meaning: 'A bulk refund that a member has made is started by another member.',
  },
  bulk_refund_state: {
    status: 409,
    code: -1,
    message: '지금 상태에서는 할 수 없습니다. (상태: {state})',
    meaning: 'The bulk refund is not in a state in which this can be done; look at it again.',
  },
  reconciliation_not_done: {
    status: 404,
    code: -1,
    message: '아직 대사하지 않은 날입니다.',
    meaning: 'This day of this gateway has not been reconciled.',
  },
  cancellation_not_open: {
    status: 409,
    code: -1,
    message: '결과를 확인 중인 취소요청이 아닙니다. (상태: {state})',
    meaning: 'Only a cancellation in doubt can be resolved by a person; this one is running or has ended.',
  },
  operator_required: {
    status: 403,
    code: -1,
    message: '결과 미확인 건을 직접 처리하려면 운영자 비밀키(X-Hwanbul-Operator-Secret)가 필요합니다.',
    meaning:
      "In live mode a doubt is ended by hand only with the operator's secret: `operator_secret` of the merchant in MERCHANTS_FILE.",
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
    message: '존재하지 않는 웹훅입니다: {id}',
    meaning: 'No webhook of this merchant has this id. Where several were named, nothing was done with any of them.',
  },
  saved_view_not_found: {
    status: 404,
    code: -1,
    message: '존재하지 않는 저장된 보기입니다.',
    meaning: 'No saved view of this merchant that the caller may see has this id.',
  },
  saved_view_not_own: {
    status: 403,
    code: -1,
    message: '다른 사람이 만든 공유 보기는 바꾸거나 지울 수 없습니다.',
    meaning: 'A shared view is changed and deleted by whoever made it, or by a member who may change settings.',
  },
  saved_view_name_taken: {
    status: 409,
    code: -1,
    message: '같은 이름의 저장된 보기가 이미 있습니다: {name}',
    meaning: 'There is a view of this name already, among the shared ones or among the own ones.',
  },
  saved_views_full: {
    status: 409,
    code: -1,
    message: '저장된 보기는 {max}개까지 만들 수 있습니다.',
    meaning: 'The merchant has as many saved views as there may be.',
  },
  webhook_url_missing: {
    status: 400,
    code: -1,
    message: '웹훅 URL이 설정되어 있지 않습니다.',
    meaning: 'The merchant has no webhook_url that could be called.',
  },

  // Naver Pay
  naver_refused: {
    status: 500,
    code: -1,
    message: '{reason}',
    meaning:
      'Naver Pay says no, in its own words: the state of the product order, or of the payment, does not allow it.',
  },
  naver_in_doubt: {
    status: 500,
    code: -1,
    message:
      '네이버페이의 환불 결과를 확인하고 있습니다. 성공 또는 실패로 단정하지 마시고 결제정보를 다시 조회해주세요. (cancellation_id: {id})',
    meaning:
      'A refund of a product order reached Naver Pay, and no clear answer came. Its amount stays reserved, and Naver Pay is asked until it is settled.',
  },
  naver_unclear: {
    status: 500,
    code: -1,
    message: '네이버페이의 처리 결과를 확인하지 못했습니다. 상품주문 또는 결제정보를 다시 조회해주세요.',
    meaning:
      'Naver Pay gave no clear answer to a request that moves no money. What it has done, its book says: read it.',
  },
  naver_unreachable: {
    status: 500,
    code: -1,
    message: '네이버페이에 연결할 수 없어 요청을 전송하지 못했습니다. 처리된 내용이 없으므로 다시 시도할 수 있습니다.',
    meaning: 'No connection to Naver Pay; nothing was sent.',
  },
  naver_unanswered: {
    status: 500,
    code: -1,
    message: '네이버페이에서 조회하지 못했습니다. 잠시 후 다시 시도해주세요.',
    meaning: 'Naver Pay did not answer a question. Nothing was changed.',
  },
  naver_order_refunded: {
    status: 500,
    code: -1,
    message: '변경을 요청한 상태가 기존과 동일',
    meaning: 'The product order has been cancelled or returned before.',
  },
  naver_order_unknown: {
    status: 500,
    code: -1,
    message: '해당 결제건에 존재하지 않는 상품주문입니다.',
    meaning: 'The payment has no product order with this id.',
  },
  naver_order_books_differ: {
    status: 500,
    code: -1,
    message: '결제정보와 네이버페이의 환불 금액이 달라 환불할 수 없습니다. 담당자의 확인이 필요합니다.',
    meaning:
      "Less is left of the payment in our book than in Naver Pay's, so that nothing is refunded. Compare the two (docs/reconciliation.md).",
  },
  naver_order_not_found: {
    status: 404,
    code: -1,
    message: '존재하지 않는 상품주문입니다.',
    meaning: 'The merchant has no product order with this id.',
  },
  naver_orders_not_found: {
    status: 404,
    code: -1,
    message: '네이버페이 주문형 결제건이 아니므로 상품주문이 존재하지 않습니다.',
    meaning: "The payment was not made in Naver Pay's own order window (naverco), so that it has no product orders.",
  },
  naver_order_only: {
    status: 400,
    code: -1,
    message: '네이버페이 주문형(naverco) 결제건이 아닙니다.',
    meaning: "The payment was not made in Naver Pay's own order window, so that it has no product orders.",
  },
  naver_payment_only: {
    status: 400,
    code: -1,
    message: '네이버페이 결제형(naverpay) 결제건이 아닙니다.',
    meaning: 'The payment was not made with the wallet of Naver Pay.',
  },
  naver_orders_not_available: {
    status: 400,
    code: -1,
    message:
      '네이버페이 주문형(naverco) 채널이 없습니다. 주문형은 공개된 프로토콜이 없어 샌드박스에서만 사용할 수 있습니다.',
    meaning:
      "The merchant has no channel of Naver Pay's order type. There is none in live mode: how Naver's order API is spoken is not public.",
  },

  // PAYCO
  payco_payment_only: {
    status: 400,
    code: -1,
    message: 'PAYCO 결제건이 아닙니다.',
    meaning: 'Only PAYCO keeps an order status.',
  },
  payco_order_not_paid: {
    status: 400,
    code: -1,
    message: '결제가 완료되지 않은 결제건입니다.',
    meaning: 'The order of a payment that was never paid has no status.',
  },
  payco_refused: {
    status: 400,
    code: -1,
    message: '{reason}',
    meaning: 'PAYCO says no, in its own words.',
  },
  payco_unclear: {
    status: 500,
    code: -1,
    message: 'PAYCO의 처리 결과를 확인하지 못했습니다. 같은 요청을 다시 보낼 수 있습니다.',
    meaning: 'PAYCO gave no clear answer. The same status may be sent again.',
  },
  payco_unreachable: {
    status: 500,
    code: -1,
    message: 'PAYCO에 연결할 수 없어 요청을 전송하지 못했습니다. 처리된 내용이 없으므로 다시 시도할 수 있습니다.',
    meaning: 'No connection to PAYCO; nothing was sent.',
  },

  // The sandbox
  sandbox_payment_refused: {
    status: 400,
    code: -1,
    message: '샌드박스 결제를 만들 수 없습니다. {reason}',
    meaning: 'The simulator refused the payment, deposit or counter payment; its own text follows.',
  },
  checkout_not_found: {
    status: 404,
    code: -1,
    message: '존재하지 않거나 만료된 결제창입니다.',
    meaning: 'No payment window has this token.',
  },
  checkout_amount_differs: {
    status: 400,
    code: -1,
    message: '결제창에서 인증한 금액이 결제요청 금액과 다릅니다.',
    meaning:
      'What the buyer agreed on at the gateway is not what the window was opened for. No approval was asked for, and the payment has failed.',
  },
  user_code_unknown: {
    status: 404,
    code: -1,
    message: '등록되지 않은 가맹점 식별코드입니다.',
    meaning: 'No merchant has this user code (`IMP.init`), or no sub-store this tier code (`IMP.agency`).',
  },
  sandbox_certification_refused: {
    status: 400,
    code: -1,
    message: '샌드박스 본인인증을 처리할 수 없습니다. {reason}',
    meaning: "The simulator refused what a person was to do in the provider's window or app; its own text follows.",
  },
  sandbox_buyer_refused: {
    status: 400,
    code: -1,
    message: '구매자의 요청이 거절되었습니다. {reason}',
    meaning: 'The simulator refused what a buyer wanted to do; its own text follows.',
  },
  sandbox_notice_waiting: {
    status: 200,
    code: -1,
    message: 'PG사의 통지가 아직 반영되지 않았습니다. 결제정보를 다시 조회해주세요.',
    meaning:
      'The simulator has taken the money, and its notice has not been applied yet; it is sent and tried again by itself.',
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
  sandbox_host_not_allowed: {
    status: 403,
    code: -1,
    message: '이 샌드박스는 요청의 Host 이름으로 호출할 수 없습니다. (HWANBUL_ALLOWED_HOSTS)',
    meaning:
      'A sandbox answers to localhost, to IP addresses, and to the names that HWANBUL_ALLOWED_HOSTS lists: any other name may be that of a web page.',
  },
  sandbox_origin_not_allowed: {
    status: 403,
    code: -1,
    message: '다른 웹 페이지에서는 샌드박스를 호출할 수 없습니다.',
    meaning:
      'The header Origin shows that a web page of another address has sent this. What a sandbox does without a token is not for web pages.',
  },
  sandbox_merchant_taken: {
    status: 403,
    code: -1,
    message: '시드의 imp_key {key}은(는) 다른 imp_secret으로 이미 등록되어 있습니다.',
    meaning:
      "A seed that comes by the API changes no merchant whose secret it doesn't have. Give the merchant's own secret, or call with its token. Nothing was made.",
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
