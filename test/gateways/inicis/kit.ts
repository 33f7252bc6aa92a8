import assert from 'node:assert/strict';
import { createCipheriv, createHash } from 'node:crypto';
import { request } from 'undici';
import type { Rig } from '../kit/rig.ts';

/**
 * INIAPI called as its own samples call it, without our adapter: the hashes and the encrypted fields are made here, from the
 * published formulas. `after` replaces fields once the hash is made, or leaves them out (`undefined`).
 */
export interface InicisClient {
  v1(operation: keyof typeof operations, fields: Fields, after?: Changes): Promise<InicisAnswer>;
  v2(path: V2Path, data: Fields, parts?: V2Parts): Promise<InicisAnswer>;
  send(path: string, contentType: string, body: string, method?: 'GET' | 'POST'): Promise<InicisAnswer>;
  /** [ENC] */
  encrypt(text: string): string;
}

type Fields = Readonly<Record<string, string>>;
type Changes = Readonly<Record<string, string | undefined>>;
type V2Path = 'refund' | 'partialRefund' | 'refund/vacct' | 'partialRefund/vacct' | 'receipt' | 'inquiry' | 'billing';
export interface V2Parts {
  /** The text of `data` as it is sent, and what of it is hashed. */
  readonly data?: string;
  readonly hashed?: string;
  /** Only charges of keys have it. */
  readonly paymethod?: string;
  readonly after?: Changes;
}

export interface InicisAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
  /** `{}` where the answer is no JSON. */
  readonly body: Readonly<Record<string, unknown>>;
}

/** What follows the key, `type`, `paymethod`, `timestamp`, `clientIp` and `mid` in the hash of v1. */
const operations = {
  cancel: { path: 'refund', type: 'Refund', paymethod: 'Card', hashed: ['tid'] },
  partialCancel: {
    path: 'refund',
    type: 'PartialRefund',
    paymethod: 'Card',
    hashed: ['tid', 'price', 'confirmPrice'],
  },
  refund: { path: 'refund', type: 'Refund', paymethod: 'Vacct', hashed: ['tid', 'refundAcctNum'] },
  partialRefund: {
    path: 'refund',
    type: 'PartialRefund',
    paymethod: 'Vacct',
    hashed: ['tid', 'price', 'confirmPrice', 'refundAcctNum'],
  },
  revoke: { path: 'refund', type: 'Refund', paymethod: 'GVacct', hashed: ['tid'] },
  issue: { path: 'formpay', type: 'Pay', paymethod: 'Vacct', hashed: ['moid', 'price'] },
  receipt: {
    path: 'receipt',
    type: 'Issue',
    paymethod: 'Receipt',
    hashed: ['crPrice', 'supPrice', 'srcvPrice', 'regNum'],
  },
  revokeReceipt: { path: 'refund', type: 'Refund', paymethod: 'Receipt', hashed: ['tid'] },
  registerCard: { path: 'billing', type: 'Auth', paymethod: 'Card', hashed: ['moid', 'price', 'cardNumber'] },
  chargeKey: { path: 'billing', type: 'Billing', paymethod: 'Card', hashed: ['moid', 'price', 'billKey'] },
  extra: { path: 'extra', type: 'Extra', paymethod: 'Inquiry', hashed: [] },
} as const;

export function inicisClient(
  url: string,
  keys: { readonly mid: string; readonly iniapiKey: string; readonly iniapiIv: string },
  timestamp: () => string,
): InicisClient {
  const { mid, iniapiKey, iniapiIv } = keys;
  const envelope = () => ({ mid, timestamp: timestamp(), clientIp: '127.0.0.1' });
  const send: InicisClient['send'] = async (path, contentType, body, method = 'POST') => {
    const answer = await request(url + path, {
      method,
      headers: { 'content-type': contentType },
      body: method === 'GET' ? null : body,
    });
    const text = await answer.body.text();
    const answeredAs = String(answer.headers['content-type']);
    return {
      status: answer.statusCode,
      contentType: answeredAs,
      text,
      body: answeredAs.startsWith('application/json') ? (JSON.parse(text) as Record<string, unknown>) : {},
    };
  };
  return {
    send,
    v1(operation, given, after = {}) {
      const { path, hashed, ...kind } = operations[operation];
      const fields: Record<string, string> = { ...kind, ...envelope(), ...given };
      const order = ['type', 'paymethod', 'timestamp', 'clientIp', 'mid', ...hashed];
      fields.hashData = sha512(iniapiKey + order.map((name) => fields[name]).join(''));
      return send(
        `/api/v1/${path}`,
        'application/x-www-form-urlencoded;charset=utf-8',
        new URLSearchParams(changed(fields, after)).toString(),
      );
    },
    v2(path, data, parts = {}) {
      const text = parts.data ?? JSON.stringify(data);
      const { paymethod } = parts;
      const fields = { ...envelope(), type: path.split('/')[0] ?? '', ...(paymethod && { paymethod }) };
      const hashData = sha512(iniapiKey + fields.mid + fields.type + fields.timestamp + (parts.hashed ?? text));
      const outer = JSON.stringify(changed({ ...fields, hashData }, parts.after ?? {}));
      return send(`/v2/pg/${path}`, 'application/json;charset=utf-8', `${outer.slice(0, -1)},"data":${text}}`);
    },
    encrypt(text) {
      const cipher = createCipheriv('aes-128-cbc', iniapiKey, iniapiIv);
      return cipher.update(text, 'utf8', 'base64') + cipher.final('base64');
    },
  };
}

export function inicisClientOf(rig: Rig): InicisClient {
  const { mid, credentials } = rig.call().channel;
  const { iniapiKey = '', iniapiIv = '' } = credentials;
  return inicisClient(rig.url, { mid, iniapiKey, iniapiIv }, () => seoulStamp(rig.call().now));
}

/** `YYYYMMDDhhmmss` on Seoul's clock. */
export function seoulStamp(time: Date): string {
  return new Date(time.getTime() + 9 * 3600_000).toISOString().replace(/\D/g, '').slice(0, 14);
}

export function sha512(text: string): string {
  return createHash('sha512').update(text, 'utf8').digest('hex');
}

function changed(fields: Fields, changes: Changes): Record<string, string> {
  const entries = Object.entries({ ...fields, ...changes });
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** INICIS's codes and texts as published: what the simulator says is compared with this, not with its own table. */
export const publishedErrors: Readonly<Record<string, string>> = {
  '500626': '기 취소 거래',
  '500622': '취소불가 가맹점',
  '500624': '부분취소 원거래 취소불가',
  '500625': '부분취소 일반취소불가',
  '500627': '매입후취소 불가능 가맹점',
  '500628': '취소불가능 거래',
  '500667': '취소 기한 초과',
  '500714': '취소기한이 초과 되었습니다.',
  '500685': '에스크로 거래는 에스크로 모듈을 통해 취소해야합니다.',
  '500699': '부분취소 가능한 지불수단 아님',
  '500700': '부분취소대상 원거래번호(TID)가 아닙니다',
  '500702': '복합지불 부분취소 불가',
  '500705': '부분취소 가능 횟수 초과',
  '500706': '부분취소 잔액 오류',
  '500707': '부분취소 불가 카드사',
  '500412': '부분취소 불가 가맹점',
  '500127': '부분취소 처리 실패(중복요청여부확인요망)',
  '500263': '취소 TID 정보 불일치',
  '500621': '타가맹점거래 취소 불가',
  '500749': '부분취소로 전체금액 취소는 불가능합니다.',
  '500826': '취소 요청 금액이 잔액보다 큼',
  '500906': '[취소한도초과] 취소금액입금하여 한도증액요청',
  '500959': '간편결제 부분취소 불가 거래',
  '11C9': '해당 카드는 부분취소가 불가능한 카드입니다. 직접 환불하여 주시기 바랍니다.',
  '120025': '이미 취소 된 거래임',
  '1225': '이미 취소 된 거래임',
  '120022': '거래취소불가(기매입된 거래)',
  '120061': '취소기한 경과로 취소 불가',
  ERR205: 'hashData 불일치',
};

export const refundAccountOf = (inicis: InicisClient) => ({
  refundAcctNum: inicis.encrypt('110123456789'),
  refundBankCode: '88',
  refundAcctName: '홍길동',
});
/** The fields of the issue of a virtual account. */
export const issueFields = (orderId: string, parts: Fields = {}): Fields => ({
  moid: orderId,
  url: 'http://localhost',
  goodName: '생수',
  price: '10000',
  currency: 'WON',
  buyerName: '홍길동',
  buyerEmail: 'a@example.com',
  buyerTel: '',
  bankCode: '88',
  dtInput: '20240310',
  tmInput: '1830',
  nmInput: '홍길동',
  ...parts,
});
/** The fields of the issue of a cash receipt. */
export const receiptFields = (inicis: InicisClient, parts: Fields = {}): Fields => ({
  goodName: '생수',
  crPrice: '10000',
  supPrice: '9091',
  tax: '909',
  srcvPrice: '0',
  buyerName: '홍길동',
  buyerEmail: 'a@example.com',
  buyerTel: '',
  regNum: inicis.encrypt('01012345678'),
  useOpt: '0',
  ...parts,
});
/** The same over v2. */
export const v2ReceiptFields = (inicis: InicisClient, parts: Fields = {}): Fields => ({
  price: '10000',
  supplyPrice: '9091',
  tax: '909',
  servicePrice: '0',
  issueType: '0',
  issueNumber: inicis.encrypt('01012345678'),
  goodName: '생수',
  buyerName: '홍길동',
  buyerEmail: '',
  buyerTel: '',
  currency: 'WON',
  ...parts,
});
/** The fields of the registration of a card. */
export const cardFields = (inicis: InicisClient, orderId: string, parts: Fields = {}): Fields => ({
  moid: orderId,
  url: 'www.example.com',
  goodName: '정기결제',
  price: '0',
  buyerName: '홍길동',
  buyerEmail: 'a@example.com',
  buyerTel: '01012345678',
  cardNumber: inicis.encrypt('4330123412341239'),
  cardExpire: inicis.encrypt('4912'),
  regNo: inicis.encrypt('900101'),
  cardPw: inicis.encrypt('12'),
  ...parts,
});
/** The fields of a charge, the same in both versions. */
export const chargeFields = (orderId: string, billKey: string, parts: Fields = {}): Fields => ({
  url: 'www.example.com',
  moid: orderId,
  goodName: '정기결제',
  buyerName: '홍길동',
  buyerEmail: 'a@example.com',
  buyerTel: '01012345678',
  price: '10000',
  billKey,
  authentification: '00',
  cardQuota: '00',
  quotaInterest: '0',
  ...parts,
});
/** The fields of a partial cancel. */
export const part = (tid: string, price: number, confirmPrice: number) => ({
  tid,
  msg: '단순 변심',
  price: String(price),
  confirmPrice: String(confirmPrice),
  currency: 'WON',
});

export async function succeeds(answer: Promise<InicisAnswer>, resultCode = '00'): Promise<InicisAnswer['body']> {
  const { status, body } = await answer;
  assert.deepEqual([status, body.resultCode], [200, resultCode], JSON.stringify(body));
  return body;
}

/** A code with a detail stands behind the plain `01`. */
export async function refusedWith(answer: Promise<InicisAnswer>, code: string): Promise<InicisAnswer['body']> {
  const { status, body } = await answer;
  const expected = /^(\d{4,}|11C9)$/.test(code) ? ['01', code] : [code, ''];
  assert.deepEqual([status, body.resultCode, body.detailResultCode], [200, ...expected], JSON.stringify(body));
  if (code in publishedErrors) assert.equal(body.resultMsg, publishedErrors[code]);
  return body;
}

export async function cancelledMinorOf(rig: Rig, orderId: string): Promise<bigint | undefined> {
  return (await rig.control.book({ orderId })).transactions[0]?.cancelledMinor;
}
