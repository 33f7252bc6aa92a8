import type { Log } from '../platform/logging/log.ts';
import type { GatewayExchange } from './http-client.ts';

/**
 * A line per request to a gateway; which gateway, and of what operation, stands in the scope. What was answered is there for whoever
 * looks closely, since what came of each operation has a line of its own; what went wrong on the way is told at once.
 */
export function createExchangeLog(log: Log): (exchange: GatewayExchange) => void {
  return (exchange) => {
    const level = exchange.outcome === 'answered' ? 'debug' : 'info';
    if (log.isLevelEnabled(level)) {
      log[level]({ ...exchange, durationMs: Math.round(exchange.durationMs) }, 'a gateway was called');
    }
  };
}
