import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import { request } from 'undici';
import type { Rig } from '../kit/rig.ts';

/** Hecto's API called as its document says, without our adapter. */
export interface HectoClient {
  /** Sends header and body; the hash is made over `hashed` unless the body has one. */
  send(path: string, params: Fields, data: Fields, hashed: string): Promise<HectoRawAnswer>;
  cancel(tid: string, amount: string, data?: Fields, params?: Fields): Promise<HectoRawAnswer>;
  refund(tid: string, amount: string, data?: Fields, params?: Fields): Promise<HectoRawAnswer>;
  account(bizType: 'A0' | 'A1' | 'A2', data: Fields, params?: Fields, hashed?: string): Promise<HectoRawAnswer>;
  inquire(orderId: string, data?: Fields, path?: string): Promise<HectoRawAnswer>;
  encrypt(plain: string): string;
  decrypt(encrypted: string): string;
}

/** `undefined`: the field is left out. */
export type Fields = Readonly<Record<string, string | number | undefined>>;

export interface HectoRawAnswer {
  readonly status: number;
  readonly params: Readonly<Record<string, string>>;
  readonly data: Readonly<Record<string, string>>;
  /** What is wrong, with the text decoded. */
  readonly result: readonly [state: string, code: string, message: string];
}

let numbers = 0;

export function hectoClientOf(rig: Rig): HectoClient {
  const { licenseKey = '', aesKey = '' } = rig.call().channel.credentials;
  const encrypt = (plain: string) => {
    const cipher = createCipheriv('aes-256-ecb', aesKey, null);
    return cipher.update(plain, 'utf8', 'base64') + cipher.final('base64');
  };
  const decrypt = (encrypted: string) => {
    const decipher = createDecipheriv('aes-256-ecb', aesKey, null);
    return decipher.update(encrypted, 'base64', 'utf8') + decipher.final('utf8');
  };
  const send: HectoClient['send'] = async (path, params, data, hashed) => {
    const header: Fields = {
      mchtId: rig.mid,
      ver: '0A19',
      encCd: '23',
      mchtTrdNo: `raw-${++numbers}`,
      trdDt: '20240306',
      trdTm: '120000',
      ...params,
    };
    const text = ['trdDt', 'trdTm', 'mchtId', 'mchtTrdNo'].map((name) => header[name] ?? '').join('');
    const pktHash = createHash('sha256').update(`${text}${hashed}${licenseKey}`).digest('hex');
    return post(rig.url + path, JSON.stringify({ params: header, data: { pktHash, ...data } }));
  };
  const cancelData = (tid: string, amount: string): Fields => ({
    orgTrdNo: tid,
    crcCd: 'KRW',
    cnclOrd: '001',
    cnclAmt: encrypt(amount),
    taxTypeCd: 'N',
    cnclRsn: '단순 변심',
  });
  return {
    send,
    encrypt,
    decrypt,
    cancel: (tid, amount, data = {}, params = {}) =>
      send(
        '/spay/APICancel.do',
        { method: 'CA', bizType: 'C0', ...params },
        { ...cancelData(tid, amount), ...data },
        amount,
      ),
    refund: (tid, amount, data = {}, params = {}) =>
      send(
        '/spay/APIRefund.do',
        { method: 'VA', bizType: 'C0', ...params },
        {
          ...cancelData(tid, amount),
          refundBankCd: '088',
          refundAcntNo: encrypt('110123456789'),
          refundDpstrNm: '홍길동',
          ...data,
        },
        amount,
      ),
    account: (bizType, data, params = {}, hashed = bizType === 'A2' ? '0' : '10000') =>
      send('/spay/APIVBank.do', { method: 'VA', bizType, ...params }, data, hashed),
    inquire: (orderId, data = {}, path = '/spay/APITrdcheck.do') =>
      send(
        path,
        { ver: '0A1M', encCd: undefined },
        { method: 'CA', trdAmt: '10000', orgTrdDt: '20240306', orgMchtTrdNo: orderId, ...data },
        String(data.trdAmt ?? '10000'),
      ),
  };
}

export async function post(url: string, body: string | Buffer): Promise<HectoRawAnswer> {
  const answer = await request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=UTF-8' },
    body,
  });
  const { params, data } = (await answer.body.json()) as Pick<HectoRawAnswer, 'params' | 'data'>;
  const result = [params.outStatCd ?? '', params.outRsltCd ?? '', decodeURIComponent(params.outRsltMsg ?? '')] as const;
  return { status: answer.statusCode, params, data, result };
}
