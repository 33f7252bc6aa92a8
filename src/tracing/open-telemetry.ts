import {
  type Context,
  type Span as OtelSpan,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { ATTR_SERVICE_INSTANCE_ID, ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';
import type { Log } from '../platform/logging/log.ts';
import type { TraceSettings } from '../platform/settings/traces.ts';
import type { Span, SpanStart } from '../platform/tracing/span.ts';
import type { CallerTrace, Tracing } from '../platform/tracing/tracing.ts';
import { tellingFailures } from './telling-failures.ts';

export interface Traces extends Tracing {
  /** Sends what has not been sent yet, and waits for that no longer than a stop may take. */
  close(): Promise<void>;
}

const closeLimitMs = 5_000;
/** A caller's header could make any value as long as it likes. */
const attributeLengthMax = 256;
const kinds = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;
const w3c = new W3CTraceContextPropagator();
const ofCaller: TextMapGetter<CallerTrace> = {
  keys: Object.keys,
  get: (carrier, key) => (key === 'traceparent' || key === 'tracestate' ? carrier[key] : undefined),
};

/**
 * Spans of our own seams, sent by OpenTelemetry's kept packages. Nothing is registered with its API, and none of its instrumentations is
 * loaded: those patch modules as they are loaded, which a bundle does not do, and write headers into what leaves the process, of which a
 * gateway must get none.
 */
export function openTraces(
  settings: TraceSettings,
  { instance, version, log }: { readonly instance: string; readonly version: string; readonly log: Log },
): Traces {
  const provider = new TracerProvider({
    // OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win.
    resource: defaultResource()
      .merge(
        resourceFromAttributes({
          [ATTR_SERVICE_NAME]: 'hwanbul',
          [ATTR_SERVICE_VERSION]: version,
          [ATTR_SERVICE_INSTANCE_ID]: instance,
        }),
      )
      .merge(detectResources({ detectors: [envDetector] })),
    sampler: samplerOf(settings),
    spanLimits: { attributeValueLengthLimit: attributeLengthMax },
    spanProcessors: [new BatchSpanProcessor({ exporter: tellingFailures(new OTLPTraceExporter(), log) })],
  });
  const tracer = provider.getTracer('hwanbul', version);
  return {
    begin: (start, caller) => begin(tracer, start, caller ? w3c.extract(ROOT_CONTEXT, caller, ofCaller) : ROOT_CONTEXT),
    async close() {
      let timer: NodeJS.Timeout | undefined;
      const overdue = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, closeLimitMs);
      });
      // What could not be sent has been told; that is no reason to stop with a failure.
      await Promise.race([provider.shutdown().catch(() => undefined), overdue]);
      clearTimeout(timer);
    },
  };
}

/** Its exporter reads where to from the environment; which traces are kept is left to whoever makes the provider. */
function samplerOf({ sampler, ratio }: TraceSettings): Sampler {
  const roots = {
    always_on: () => new AlwaysOnSampler(),
    always_off: () => new AlwaysOffSampler(),
    traceidratio: () => new TraceIdRatioBasedSampler(ratio),
  };
  switch (sampler) {
    case 'always_on':
    case 'always_off':
    case 'traceidratio':
      return roots[sampler]();
    case 'parentbased_always_on':
      return new ParentBasedSampler({ root: roots.always_on() });
    case 'parentbased_always_off':
      return new ParentBasedSampler({ root: roots.always_off() });
    case 'parentbased_traceidratio':
      return new ParentBasedSampler({ root: roots.traceidratio() });
  }
}

/** Of a span that another one is linked to. */
const originals = new WeakMap<Span, OtelSpan>();

function begin(tracer: Tracer, { name, kind, attributes, startedAt }: SpanStart, parent: Context): Span {
  const original = tracer.startSpan(
    name,
    {
      kind: kinds[kind],
      ...(attributes && { attributes }),
      ...(startedAt !== undefined && { startTime: startedAt }),
    },
    parent,
  );
  const inside = trace.setSpan(parent, original);
  const { traceId: trace_id, spanId: span_id } = original.spanContext();
  const span: Span = {
    ids: { trace_id, span_id },
    begin: (start) => begin(tracer, start, inside),
    set(more) {
      for (const [key, value] of Object.entries(more)) if (value !== undefined) original.setAttribute(key, value);
      // Who looks for failures asks for the status.
      if (more['error.type'] !== undefined) original.setStatus({ code: SpanStatusCode.ERROR });
    },
    linkTo(other) {
      const target = originals.get(other);
      if (target) original.addLink({ context: target.spanContext() });
    },
    end(failure) {
      if (failure !== undefined) {
        original.setAttribute('error.type', failure);
        original.setStatus({ code: SpanStatusCode.ERROR });
      }
      original.end();
    },
  };
  originals.set(span, original);
  return span;
}
