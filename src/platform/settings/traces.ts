import { readOneOf, readUrl } from './readers.ts';
import { SettingsError } from './settings-error.ts';

export const samplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;
export type Sampler = (typeof samplers)[number];

/** Of what is sent by OpenTelemetry. Where to, and with what headers, its exporter reads from the same environment by itself. */
export interface TraceSettings {
  readonly sampler: Sampler;
  /** Of the two samplers by ratio: how many of all traces, 0 to 1. */
  readonly ratio: number;
}

/**
 * By the variables that OpenTelemetry has for every program: traces are sent when an endpoint is named, or `OTEL_TRACES_EXPORTER` is
 * `otlp`. A variable that is empty counts as not there, as its specification says; one that can't be followed stops the start, since
 * traces that never come are hard to find out about.
 */
export function readTraces(env: NodeJS.ProcessEnv): TraceSettings | undefined {
  const given = (name: string): string | undefined => env[name]?.trim() || undefined;
  if (given('OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return undefined;
  const endpoints = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'].filter(given);
  const exporter = readOneOf(
    'OTEL_TRACES_EXPORTER',
    given('OTEL_TRACES_EXPORTER') ?? (endpoints.length > 0 ? 'otlp' : 'none'),
    ['otlp', 'none'],
  );
  if (exporter === 'none') return undefined;
  for (const name of endpoints) readUrl(name, given(name) ?? '', ['http:', 'https:']);
  for (const name of ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL']) {
    const protocol = given(name);
    if (protocol !== undefined) readOneOf(name, protocol, ['http/protobuf']);
  }
  const sampler = readOneOf('OTEL_TRACES_SAMPLER', given('OTEL_TRACES_SAMPLER') ?? 'parentbased_always_on', samplers);
  return Object.freeze({
    sampler,
    ratio: readRatio('OTEL_TRACES_SAMPLER_ARG', given('OTEL_TRACES_SAMPLER_ARG') ?? '1'),
  });
}

function readRatio(name: string, value: string): number {
  const ratio = /^\d(\.\d{1,15})?$/.test(value) ? Number(value) : Number.NaN;
  if (ratio >= 0 && ratio <= 1) return ratio;
  throw new SettingsError(`${name} must be a number from 0 to 1, such as 0.1.`);
}
