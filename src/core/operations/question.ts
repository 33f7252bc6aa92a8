import type { MerchantClocks } from '../../platform/clock/merchant-clocks.ts';
import { withFields } from '../../platform/tracing/scope.ts';
import type { GatewayCall } from '../../port/call.ts';
import type { GatewayHttpClient } from '../../port/http-client.ts';
import type { Channel } from '../merchants/channels.ts';
import type { Deadline } from './deadline.ts';

export interface QuestionParts {
  readonly http: GatewayHttpClient;
  readonly clocks: MerchantClocks;
  readonly settings: { readonly gatewayTimeoutMs: number };
}

/** For calls that belong to no operation: lines of the log, and spans, tell which gateway was called. */
export function namingGateway(http: GatewayHttpClient, { provider, merchantName }: Channel): GatewayHttpClient {
  return {
    ...http,
    send: (request) => withFields({ gateway: provider, merchant: merchantName }, () => http.send(request)),
  };
}

/** A call of a gateway that belongs to no operation: nothing of it is kept. */
export function callOutside(
  { http, clocks, settings }: QuestionParts,
  channel: Channel,
  asked: {
    readonly key: string;
    readonly startedAt?: Date;
    readonly deadline: Deadline;
    readonly isRepeat?: boolean;
    /** How much of the time is left to what comes after the call. */
    readonly leavesMs?: number;
  },
): GatewayCall {
  const now = clocks.of(channel.merchantId).now();
  return {
    channel: channel.access,
    http: namingGateway(http, channel),
    idempotencyKey: asked.key,
    timeLimitMs: Math.max(1, Math.min(settings.gatewayTimeoutMs, asked.deadline.leftMs() - (asked.leavesMs ?? 0))),
    now,
    startedAt: asked.startedAt ?? now,
    isRepeat: asked.isRepeat ?? false,
    noticeUrl: null,
  };
}
