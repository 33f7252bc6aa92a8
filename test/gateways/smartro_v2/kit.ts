import { createCipheriv, createHash } from 'node:crypto';
import { request } from 'undici';
import type { Rig } from '../kit/rig.ts';

/** Those that are replaced by `undefined` are left out. */
export type Fields = Readonly<Record<string, string | number | undefined>>;
export type SmartroAnswer = { readonly status: number; readonly body: Record<string, string> };

/** Smartro's new module called as its manual says, without our adapter. */
export interface SmartroV2Client {
  /** Everything, with the hash of the fields as they are sent. */
  cancel(
    tid: string,
    parts?: Fields,
    options?: { readonly key?: string | undefined; readonly Mid?: string; readonly path?: string },
  ): Promise<SmartroAnswer>;
  send(body: string, path?: string): Promise<SmartroAnswer>;
}

const cancelPath = '/payment/approval/cancel.do';

export function smartroV2ClientOf(rig: Rig): SmartroV2Client {
  const { merchantKey = '', cancelPassword = '' } = rig.call().channel.credentials;

  async function send(body: string, path = cancelPath): Promise<SmartroAnswer> {
    const headers = { 'content-type': 'application/json' };
    const answer = await request(rig.url + path, { method: 'POST', headers, body });
    return { status: answer.statusCode, body: (await answer.body.json()) as Record<string, string> };
  }

  return {
    cancel(tid, parts = {}, { key = merchantKey, Mid = rig.mid, path = cancelPath } = {}) {
      const fields: Fields = {
        SERVICE_MODE: 'CL1',
        Tid: tid,
        Mid: rig.mid,
        CancelAmt: '10000',
        CancelPwd: cancelPassword,
        CancelMsg: '단순 변심',
        CancelSeq: '1',
        PartialCancelCode: '0',
        ...parts,
      };
      const hashed = `${fields.Tid ?? ''}${key}${fields.CancelAmt ?? ''}${fields.PartialCancelCode ?? ''}`;
      const HashData = createHash('sha256').update(hashed).digest('base64');
      const cipher = createCipheriv('aes-256-cbc', key.slice(0, 32), Buffer.alloc(16));
      const plain = JSON.stringify({ HashData, ...fields });
      const EncData = cipher.update(plain, 'utf8', 'base64') + cipher.final('base64');
      return send(JSON.stringify({ Mid, EncData }), path);
    },
    send,
  };
}
