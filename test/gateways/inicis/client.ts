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
type V2Path = 'refund' | 'partialRefund' | 'refund/vacct' | 'partialRefund/vacct' | 'inquiry';
export interface V2Parts {
  /** The text of `data` as it is sent, and what of it is hashed. */
  readonly data?: string;
  readonly hashed?: string;
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
      const fields = { ...envelope(), type: path.split('/')[0] ?? '' };
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
