import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import iconv from 'iconv-lite';
import { request } from 'undici';
import { euckrForm, percentEncoded } from '../kit/euc-kr-form.ts';
import type { Rig } from '../kit/rig.ts';

/** Those that are replaced by `undefined` are left out. */
export type Fields = Readonly<Record<string, string | undefined>>;
export type SmartroAnswer = { readonly status: number; readonly body: Record<string, string> };

/** Smartro's old module called as Smartro's sample does, without our adapter. */
export interface SmartroClient {
  keys(): { readonly merchantKey: string; readonly cancelPassword: string };
  /** Everything, with the hash of the fields as they are sent. */
  cancel(
    tid: string,
    parts?: Fields,
    options?: { readonly key?: string | undefined; readonly path?: string },
  ): Promise<SmartroAnswer>;
  send(fields: Fields): Promise<SmartroAnswer>;
}

const cancelPath = '/cancel/payCancelNVProcess.jsp';

export function smartroClientOf(rig: Rig): SmartroClient {
  const keys = () => rig.call().channel.credentials as { merchantKey: string; cancelPassword: string };

  async function send(fields: Fields, path = cancelPath): Promise<SmartroAnswer> {
    const kept = Object.entries(fields).filter((pair): pair is [string, string] => pair[1] !== undefined);
    const answer = await request(rig.url + path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: euckrForm(Object.fromEntries(kept)),
    });
    const text = await answer.body.text();
    assert.match(text.trim(), /^[\x20-\x7e]*$/, 'an answer is one line of ASCII');
    const pairs = text.trim().split('&');
    return {
      status: answer.statusCode,
      body: Object.fromEntries(pairs.map((pair) => pair.split('=').map(unquoted))),
    };
  }

  return {
    keys,
    cancel(tid, parts = {}, { key = keys().merchantKey, path = cancelPath } = {}) {
      const fields: Fields = {
        TID: tid,
        CancelAmt: '10000',
        Cancelpw: keys().cancelPassword,
        CancelMSG: percentEncoded('단순 변심'),
        PartialCancelCode: '0',
        ...parts,
      };
      const hashed = `${fields.TID ?? ''}${key}${fields.CancelAmt ?? ''}${fields.PartialCancelCode ?? ''}`;
      const hashData = btoa(createHash('md5').update(hashed).digest('hex'));
      return send({ hashData, ...fields }, path);
    },
    send,
  };
}

function unquoted(text: string): string {
  const bytes = text.replaceAll('+', ' ').replace(/%(..)/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return iconv.decode(Buffer.from(bytes, 'latin1'), 'euc-kr');
}
