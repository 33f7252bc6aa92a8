import type { GatewayCall } from '../../../port/call.ts';
import type { GatewayHttpResult } from '../../../port/http-client.ts';
import { cancelForm, type SmartroCancel } from '../wire/cancel.ts';
import { cancelPath } from '../wire/paths.ts';

export function sendCancel(call: GatewayCall, cancel: SmartroCancel): Promise<GatewayHttpResult> {
  return call.http.send({
    method: 'POST',
    url: call.channel.baseUrl + cancelPath,
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=euc-kr' },
    body: cancelForm(cancel, call.channel.credentials),
    charset: 'euc-kr',
    timeLimitMs: call.timeLimitMs,
  });
}
