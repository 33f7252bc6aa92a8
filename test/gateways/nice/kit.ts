import { createHash } from 'node:crypto';
import { request } from 'undici';
import { euckrForm } from '../kit/euc-kr-form.ts';
import type { Rig } from '../kit/rig.ts';

/** NICE's old API called as its manual says, without our adapter: forms in EUC-KR, signed over named fields. */
export interface NiceClient {
  cancel(fields: Record<string, string>): Promise<NiceAnswer>;
  issueAccount(fields: Record<string, string>): Promise<NiceAnswer>;
  issueReceipt(fields: Record<string, string>): Promise<NiceAnswer>;
  status(tid: string, fields?: Record<string, string>): Promise<NiceAnswer>;
  /** As it is, without a date or a signature of ours. */
  post(path: string, body: string | Buffer): Promise<NiceAnswer>;
}

export interface NiceAnswer {
  readonly status: number;
  readonly bytes: Buffer;
  /** Empty where the answer is no JSON in UTF-8. */
  readonly fields: Readonly<Record<string, string>>;
}

export const ediDate = '20240306120000';

export function sha256(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('')).digest('hex');
}

export function niceClientOf(rig: Rig): NiceClient {
  const { mid, credentials } = rig.call().channel;
  const key = credentials.merchantKey ?? '';
  const post = async (path: string, body: string | Buffer): Promise<NiceAnswer> => {
    const answer = await request(`${rig.url}/webapi/${path}.jsp`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body,
    });
    const bytes = Buffer.from(await answer.body.arrayBuffer());
    return { status: answer.statusCode, bytes, fields: readJson(bytes) };
  };
  const signed = (path: string, names: readonly string[]) => (fields: Record<string, string>) => {
    const all: Record<string, string> = { MID: mid, EdiDate: ediDate, CharSet: 'utf-8', ...fields };
    const SignData = sha256(...names.map((name) => all[name] ?? ''), key);
    return post(path, euckrForm({ SignData, ...all }));
  };
  const status = signed('inquery/trans_status', ['TID', 'MID', 'EdiDate']);
  return {
    cancel: signed('cancel_process', ['MID', 'CancelAmt', 'EdiDate']),
    issueAccount: signed('get_vacount', ['MID', 'Amt', 'EdiDate', 'Moid']),
    issueReceipt: signed('cash_receipt', ['MID', 'ReceiptAmt', 'EdiDate', 'Moid']),
    status: (TID, fields = {}) => status({ TID, ...fields }),
    post,
  };
}

function readJson(bytes: Buffer): Record<string, string> {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Record<string, string>;
  } catch {
    return {};
  }
}
