import { seoulDigits } from '../../../platform/clock/seoul-time.ts';
import type { GatewayCall } from '../../../port/call.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import type { FieldKeys } from '../wire/encryption.ts';
import { v1Hash, v1HashFields, v2Hash } from '../wire/hash.ts';

export type Fields = Readonly<Record<string, string>>;

export function keysOf({ channel }: GatewayCall): FieldKeys {
  return { iniapiKey: channel.credentials.iniapiKey ?? '', iniapiIv: channel.credentials.iniapiIv ?? '' };
}

/** What every request of both versions says about itself. */
function envelopeOf(call: GatewayCall): { mid: string; timestamp: string; clientIp: string } {
  return {
    mid: call.channel.mid,
    timestamp: seoulDigits(call.now),
    // The address that the merchant has registered; INICIS keeps it, and compares it where a contract says so.
    clientIp: call.channel.credentials.clientIp ?? '',
  };
}

/** Of the shop; required where something is sold. */
export function shopUrlOf({ noticeUrl }: GatewayCall): string {
  return noticeUrl === null ? 'http://localhost' : new URL(noticeUrl).origin;
}

/** INIAPI v1: a form in UTF-8, signed with the channel's INIAPI key or with the one that came with the call. */
export function sendV1(
  call: GatewayCall,
  path: string,
  request: { readonly type: string; readonly paymethod: string; readonly fields: Fields; readonly iniapiKey?: string },
): Promise<GatewayHttpResult> {
  const { type, paymethod } = request;
  const names = v1HashFields(type, paymethod);
  if (!names) throw new Error(`INIAPI v1 has no ${type} of ${paymethod}`);
  const fields: Record<string, string> = { type, paymethod, ...envelopeOf(call), ...request.fields };
  fields.hashData = v1Hash(request.iniapiKey ?? keysOf(call).iniapiKey, names, fields);
  return post(
    call,
    `/api/v1/${path}`,
    'application/x-www-form-urlencoded;charset=utf-8',
    new URLSearchParams(fields).toString(),
  );
}

/**
 * INIAPI v2: JSON. The body is put together by hand, so that the text of `data` in it is the very text that is hashed. No
 * value may need an escape in JSON; see `wireText`. `paymethod`, which only charges of keys have, is not hashed.
 */
export function sendV2(
  call: GatewayCall,
  path: string,
  request: { readonly type: string; readonly paymethod?: string; readonly data: Fields },
): Promise<GatewayHttpResult> {
  const { type, paymethod } = request;
  const envelope = { ...envelopeOf(call), type, ...(paymethod !== undefined && { paymethod }) };
  const data = JSON.stringify(request.data);
  const hashData = v2Hash(keysOf(call).iniapiKey, envelope, data);
  const members = Object.entries({ ...envelope, hashData }).map(
    ([name, value]) => `"${name}":${JSON.stringify(value)}`,
  );
  return post(call, `/v2/pg/${path}`, 'application/json;charset=utf-8', `{${members.join()},"data":${data}}`);
}

function post(call: GatewayCall, path: string, contentType: string, body: string): Promise<GatewayHttpResult> {
  return call.http.send({
    method: 'POST',
    url: call.channel.baseUrl + path,
    headers: { 'content-type': contentType, accept: 'application/json' },
    body,
    charset: 'utf-8',
    timeLimitMs: call.timeLimitMs,
  });
}
