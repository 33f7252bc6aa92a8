import iconv from 'iconv-lite';
import { request } from 'undici';
import type { Rig } from '../kit/rig.ts';

/** `undefined`: the field is left out. */
export type Fields = Readonly<Record<string, string | undefined>>;

export interface KiwoomRawAnswer {
  readonly status: number;
  readonly fields: Readonly<Record<string, string>>;
  readonly result: readonly [code: string, message: string];
}

/** Kiwoom Pay's two steps as its samples make them, in EUC-KR and without our adapter. */
export interface KiwoomClient {
  ready(fields: Fields, headers?: Record<string, string>): Promise<KiwoomRawAnswer>;
  /** Both steps; `fields` is the body of both. */
  cancel(fields: Fields, headers?: Record<string, string>): Promise<KiwoomRawAnswer>;
  post(url: string, body: string | Buffer, headers?: Record<string, string>): Promise<KiwoomRawAnswer>;
  cancelFields(tid: string, parts?: Fields): Fields;
}

export function kiwoomClientOf(rig: Rig): KiwoomClient {
  const authorization = rig.call().channel.credentials.authKey ?? '';
  const post: KiwoomClient['post'] = async (url, body, headers = {}) => {
    const answer = await request(url, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json;charset=EUC-KR', ...headers },
      body,
    });
    const text = iconv.decode(Buffer.from(await answer.body.arrayBuffer()), 'euc-kr');
    const fields = JSON.parse(text) as Record<string, string>;
    return { status: answer.statusCode, fields, result: [fields.RESULTCODE ?? '', fields.ERRORMESSAGE ?? ''] };
  };
  const encode = (fields: Fields) => iconv.encode(JSON.stringify(fields), 'euc-kr');
  const ready: KiwoomClient['ready'] = (fields, headers) => post(`${rig.url}/pay/ready`, encode(fields), headers);
  return {
    post,
    ready,
    async cancel(fields, headers = {}) {
      const first = await ready(fields);
      const { TOKEN, RETURNURL } = first.fields;
      return TOKEN && RETURNURL ? post(RETURNURL, encode(fields), { TOKEN, ...headers }) : first;
    },
    cancelFields: (tid, parts = {}) => ({
      CPID: rig.mid,
      PAYMETHOD: 'CARD',
      AMOUNT: '10000',
      CANCELREQ: 'Y',
      TRXID: tid,
      CANCELREASON: '단순 변심',
      ...parts,
    }),
  };
}
