import type { GatewayCall } from './call.ts';
import type { GatewayHttpResult } from './http-client.ts';

/** Requests in the two forms that most gateways take, to a path of the channel's host. */
export function postJson(
  call: GatewayCall,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<GatewayHttpResult> {
  return post(call, path, JSON.stringify(body), {
    'content-type': 'application/json; charset=utf-8',
    accept: 'application/json',
    ...headers,
  });
}

export function postForm(
  call: GatewayCall,
  path: string,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<GatewayHttpResult> {
  return post(call, path, new URLSearchParams(fields).toString(), {
    'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
    ...headers,
  });
}

function post(
  call: GatewayCall,
  path: string,
  body: string,
  headers: Readonly<Record<string, string>>,
): Promise<GatewayHttpResult> {
  const { http, channel, timeLimitMs } = call;
  return http.send({ method: 'POST', url: channel.baseUrl + path, headers, body, charset: 'utf-8', timeLimitMs });
}
