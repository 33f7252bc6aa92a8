import { ExportResultCode } from '@opentelemetry/core';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { Log } from '../platform/logging/log.ts';
import { within } from '../platform/tracing/scope.ts';

/** OpenTelemetry itself keeps silent when spans can't be sent. It is told once, and once more when they can be again. */
export function tellingFailures(exporter: SpanExporter, log: Log): SpanExporter {
  let isTold = false;
  return {
    export(spans, answered) {
      // Whatever has just ended is not what they are sent for.
      within(undefined, () =>
        exporter.export(spans, (result) => {
          const isFailure = result.code === ExportResultCode.FAILED;
          if (isFailure && !isTold)
            log.warn({ why: whyOf(result.error) }, 'traces could not be sent, and are lost until they can be');
          if (!isFailure && isTold) log.info('traces can be sent again');
          isTold = isFailure;
          answered(result);
        }),
      );
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  };
}

/** Not its message, in which an address with a password, or what the receiver has answered, may stand. */
function whyOf(error: Error | undefined): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: string };
  return typeof code === 'string' || typeof code === 'number' ? String(code) : (name ?? 'unknown');
}
