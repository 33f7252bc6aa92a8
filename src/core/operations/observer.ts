import type { GatewayOperation, Inquiry } from '../../port/operations.ts';
import type { Outcome } from '../../port/outcome.ts';

/** One request to a gateway, or one question what became of an earlier one, as it is counted. */
export interface GatewayExchangeSeen {
  readonly provider: string;
  readonly operation: GatewayOperation;
  readonly asked: 'send' | 'inquire';
  readonly outcome: Outcome<unknown>['kind'] | Inquiry<unknown>['kind'];
  readonly seconds: number;
}

/** Hears what goes on, for metrics. It may not throw, and what it does must take no time. */
export interface OperationObserver {
  exchanged(seen: GatewayExchangeSeen): void;
}
