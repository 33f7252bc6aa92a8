import type { FastifyInstance } from 'fastify';

/** Which methods a path has (none, if it is unknown), and whether web pages may call it. */
export type AllowedMethods = (path: string) => { readonly methods: readonly string[]; readonly isForPages: boolean };

interface Pattern {
  readonly segments: readonly string[];
  readonly methods: readonly string[];
  readonly isForPages: boolean;
}

/**
 * Learns the routes as they are added, to tell an unknown path from a known one with another method. It is asked only when
 * the router has found nothing, so it may be simple.
 */
export function collectAllowedMethods(app: FastifyInstance): AllowedMethods {
  const patterns: Pattern[] = [];
  app.addHook('onRoute', ({ url, method, config }) => {
    const isForPages = config?.operation?.isForPages ?? false;
    patterns.push({ segments: segmentsOf(url), methods: [method].flat(), isForPages });
  });
  return (path) => {
    const segments = segmentsOf(path);
    const matching = patterns.filter((pattern) => matches(pattern.segments, segments));
    const methods = matching.flatMap(({ methods }) => methods);
    return {
      methods: methods.length === 0 ? [] : [...new Set([...methods, 'OPTIONS'])].sort(),
      isForPages: matching.some(({ isForPages }) => isForPages),
    };
  };
}

function segmentsOf(path: string): readonly string[] {
  const inside = path.replace(/^\//, '').replace(/\/$/, '');
  return inside === '' ? [] : inside.split('/');
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  if (pattern.at(-1) === '*') return matches(pattern.slice(0, -1), segments.slice(0, pattern.length - 1));
  if (pattern.length !== segments.length) return false;
  return pattern.every((part, at) => part === segments[at] || (part.startsWith(':') && segments[at] !== ''));
}
