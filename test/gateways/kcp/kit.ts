import { createPrivateKey, sign } from 'node:crypto';
import { request } from 'undici';
import type { Rig } from '../kit/rig.ts';

export type KcpAnswer = { readonly status: number; readonly body: Record<string, unknown> };

/** KCP's REST interface called as its own documentation says, without our adapter. */
export interface KcpClient {
  cancel(tno: string, fields?: Record<string, unknown>, parts?: SignedParts): Promise<KcpAnswer>;
  inquire(tno: string, payType: string, parts?: SignedParts): Promise<KcpAnswer>;
}

/** What is sent instead of the right certificate, signature or site. */
export interface SignedParts {
  readonly site_cd?: string;
  readonly kcp_cert_info?: string;
  readonly kcp_sign_data?: string;
}

export function kcpClientOf(rig: Rig): KcpClient {
  const { certificate = '', privateKey = '', privateKeyPassword = '' } = rig.call().channel.credentials;
  const key = createPrivateKey({ key: privateKey, passphrase: privateKeyPassword });
  const send = async (path: string, tno: string, type: string, fields: object, parts: SignedParts) => {
    const body = {
      site_cd: rig.mid,
      kcp_cert_info: certificate.replaceAll('\n', ''),
      kcp_sign_data: sign('sha256WithRSAEncryption', Buffer.from(`${rig.mid}^${tno}^${type}`), key).toString('base64'),
      tno,
      ...fields,
      ...parts,
    };
    const answer = await request(rig.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=UTF-8' },
      body: JSON.stringify(body),
    });
    return { status: answer.statusCode, body: (await answer.body.json()) as Record<string, unknown> };
  };
  return {
    cancel: (tno, fields = {}, parts = {}) => {
      const named = { mod_type: 'STSC', mod_desc: '단순 변심', ...fields };
      return send('/gw/mod/v1/cancel', tno, String(named.mod_type), named, parts);
    },
    inquire: (tno, payType, parts = {}) => send('/std/inquery', tno, payType, { pay_type: payType }, parts),
  };
}
