import { isUtf8 } from 'node:buffer';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import type { Merchant } from '../../core/merchants/merchants.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { createTurns } from '../../platform/event-loop/turns.ts';
import type { Log } from '../../platform/logging/log.ts';
import { within } from '../../platform/tracing/scope.ts';
import { type Admission, type AdmissionLimits, createAdmission } from './admission.ts';
import { type AllowedMethods, collectAllowedMethods } from './allowed-methods.ts';
import { addBodyParsers, bodyBytesMax, isTooLong } from './body.ts';
import { refuseBrokenRequest } from './broken-request.ts';
import { unescapedBytes, wrongCharset } from './charset.ts';
import { preflightHeaders, securityHeaders, sendRefusal } from './envelope.ts';
import { parseForm } from './form-text.ts';
import type { MemberEntrance } from './member-entrance.ts';
import { addDescription } from './openapi.ts';
import { refusalOf } from './refusal-of.ts';
import { beginScope, logAnswer, requestIds, scopeOf } from './request-log.ts';
import { endSpanWith } from './request-span.ts';
import type { FindSubStore } from './tier.ts';
import { letBodyArrive } from './unread-body.ts';

export interface ServerLimits {
  /** How long the headers, and the whole of a request, may take to arrive. */
  readonly headersMs: number;
  readonly requestMs: number;
  /** How often arriving requests are looked at for these two limits. */
  readonly checkEveryMs: number;
  readonly keepAliveMs: number;
  readonly headerBytes: number;
}

export const defaultServerLimits: ServerLimits = Object.freeze({
  headersMs: 20_000,
  requestMs: 60_000,
  checkEveryMs: 5_000,
  // Longer than the usual 60 s of a load balancer, which then is the side that closes idle connections.
  keepAliveMs: 72_000,
  headerBytes: 16_384,
});

export interface ApplicationOptions {
  readonly log: Log;
  readonly version: string;
  /** The merchant whose token the request carries (see `tokenOf`); throws a `Refusal` when there is none. */
  authenticate(request: FastifyRequest): Promise<Merchant>;
  /** Sub-stores by the header `Tier`. */
  readonly findSubStore: FindSubStore;
  /** People, who sign in; without it nobody but programs is let in. */
  readonly memberEntrance?: MemberEntrance;
  /** Refuses callers that no operation is for, before anything else is looked at. */
  readonly guard?: ((request: FastifyRequest) => Refusal | undefined) | undefined;
  /** Hears of every request and its answer. */
  readonly observer?:
    | { arrived(reply: FastifyReply): void; answered(request: FastifyRequest, reply: FastifyReply): void }
    | undefined;
  /** From then on new requests are refused, and their connections closed. */
  isDraining(): boolean;
  /** Addresses and networks of proxies whose X-Forwarded-For is believed. */
  readonly trustedProxies?: readonly string[];
  readonly limits?: ServerLimits;
  /** Absent: as many as come. */
  readonly admission?: AdmissionLimits;
  /** Bodies that work on this very server, by operation, for the description: they win over the routes' own examples. */
  readonly bodyExamples?: Readonly<Record<string, object>>;
}

const unlimited: AdmissionLimits = Object.freeze({
  requestsMax: Number.POSITIVE_INFINITY,
  requestsPerMerchantMax: Number.POSITIVE_INFINITY,
});

/** What the parser of queries, which can't refuse by itself, gives for one that can't be read. */
const unreadableQuery = Object.freeze({});

/**
 * No route has a schema of Fastify's, since `defineRoute` reads parameters by itself: its compilers, which would be loaded at every start all
 * the same (Ajv, fast-json-stringify), stay out.
 */
function noSchemas(): never {
  throw new TypeError('a route has a schema of Fastify: routes are added with defineRoute');
}

/**
 * The HTTP side of the server: everything that happens to a request before the handler of its route, and to what comes
 * back, in i'mport's form. Routes are added with `defineRoute`, before the first request.
 */
export function createApplication(options: ApplicationOptions): FastifyInstance {
  const limits = options.limits ?? defaultServerLimits;
  const newId = requestIds();
  const app = Fastify({
    loggerInstance: options.log,
    logController: new LogController({ disableRequestLogging: true }),
    // What a request is called stands in every line by its scope, in this one too.
    childLoggerFactory: (log) => log,
    genReqId: newId,
    bodyLimit: bodyBytesMax,
    trustProxy: options.trustedProxies?.length ? [...options.trustedProxies] : false,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: limits.keepAliveMs,
    http: {
      headersTimeout: limits.headersMs,
      connectionsCheckingInterval: limits.checkEveryMs,
      maxHeaderSize: limits.headerBytes,
      // Node would answer with an empty body; `admit` refuses such a request in the envelope.
      requireHostHeader: false,
    },
    return503OnClosing: false,
    clientErrorHandler: (error, socket) => {
      const requestId = newId();
      options.log.debug({ requestId, code: error.code }, 'what a connection sent is no request');
      refuseBrokenRequest(error, socket, requestId);
    },
    // A path that can't be read never reaches the hooks.
    frameworkErrors: (error, request, reply) => {
      const path = unescapedBytes(request.url);
      refuseError(error.code === 'FST_ERR_BAD_URL' && !isUtf8(path) ? wrongCharset(path) : error, request, reply);
      logAnswer(options.log, request, reply);
    },
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 1_000, querystringParser: parseQuery },
    schemaController: { compilersFactory: { buildValidator: noSchemas, buildSerializer: noSchemas } },
  }) as unknown as FastifyInstance;

  // An expectation that is not understood may be ignored (RFC 9110, 10.1.1); Node would answer it with an empty body.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response));
  // A body that is refused for its length need not be sent at all.
  app.server.on('checkContinue', (request, response) => {
    if (!isTooLong(request.headers)) response.writeContinue();
    app.server.emit('request', request, response);
  });
  app.decorate('authenticate', options.authenticate);
  app.decorate('findSubStore', options.findSubStore);
  const admission = createAdmission(options.admission ?? unlimited);
  app.decorate('admission', admission);
  app.decorate('memberEntrance', options.memberEntrance);
  app.decorateRequest('merchant', undefined);
  app.decorateRequest('member', undefined);
  app.decorateRequest('session', undefined);
  app.addHook('onRequest', (request, reply, done) => {
    options.observer?.arrived(reply);
    const scope = beginScope(request);
    endSpanWith(scope.span, request, reply);
    within(scope, () => admit(request, reply, options, admission, done));
  });
  const arrivalTurns = createTurns();
  app.addHook('onRequest', (request, _reply, done) => {
    if (isProbe(request)) done();
    else arrivalTurns.begin(() => within(scopeOf(request), done));
  });
  // What comes when a body has been read comes from its connection, which knows of no request.
  app.addHook('preValidation', (request, _reply, done) => within(scopeOf(request), done));
  const { observer } = options;
  app.addHook('onResponse', (request, reply, done) => {
    within(scopeOf(request), () => logAnswer(options.log, request, reply));
    observer?.answered(request, reply);
    done();
  });
  addBodyParsers(app);
  const allowedMethods = collectAllowedMethods(app);
  app.setNotFoundHandler((request, reply) => refuseUnknown(request, reply, allowedMethods));
  app.setErrorHandler(refuseError);
  addDescription(app, options.version, options.bodyExamples ?? {});
  return app;
}

function parseQuery(text: string): Record<string, unknown> {
  try {
    return parseForm(text);
  } catch {
    return unreadableQuery;
  }
}

/** Why it could not be read, which the parser of queries can't tell. */
function refusalOfQuery(url: string): Refusal {
  const query = unescapedBytes(url);
  return isUtf8(query) ? new Refusal('malformed_request') : wrongCharset(query);
}

function admit(
  request: FastifyRequest,
  reply: FastifyReply,
  options: ApplicationOptions,
  admission: Admission,
  done: (error?: Error) => void,
): void {
  reply.headers(securityHeaders).header('x-request-id', request.id);
  if (options.isDraining()) {
    reply.header('connection', 'close');
    done(new Refusal('shutting_down'));
  } else if (request.query === unreadableQuery) {
    done(refusalOfQuery(request.url));
  } else if (request.raw.httpVersion === '1.1' && !request.headers.host) {
    done(new Refusal('malformed_request'));
  } else if (hasSeveralHosts(request.raw)) {
    done(new Refusal('malformed_request'));
  } else {
    done(options.guard?.(request) ?? (isProbe(request) ? undefined : admission.enter(reply)));
  }
}

/** Probes are answered however much there is to do: whoever is taken for dead because it is busy makes the others busier. */
function isProbe({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.config?.operation?.isProbe === true;
}

/** Node takes the first of them; a proxy in front may have gone by another one (RFC 9112, 3.2: it is a 400). */
function hasSeveralHosts({ rawHeaders }: FastifyRequest['raw']): boolean {
  const names = rawHeaders.filter((_, at) => at % 2 === 0);
  return names.filter((name) => name.toLowerCase() === 'host').length > 1;
}

function refuseUnknown(request: FastifyRequest, reply: FastifyReply, allowedMethods: AllowedMethods): FastifyReply {
  const { methods, isForPages } = allowedMethods(request.url.split('?', 1)[0] ?? '');
  if (methods.length === 0) return sendRefusal(reply, new Refusal('not_found'));
  reply.header('allow', methods.join(', '));
  if (request.method === 'OPTIONS')
    return reply
      .headers(isForPages ? preflightHeaders : {})
      .code(204)
      .send();
  return sendRefusal(reply, new Refusal('method_not_allowed'));
}

/** Sends nothing to a gateway. What is no operation of the API is judged by its method. */
function isLookup({ routeOptions, method }: FastifyRequest): boolean {
  return routeOptions.config?.isLookup ?? (method === 'GET' || method === 'HEAD');
}

/** Nothing of an unexpected error is shown: it may quote SQL, addresses or what the caller sent. */
function refuseError(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const refusal = refusalOf(error, isLookup(request));
  if (refusal === undefined || refusal.errorCode === 'database_unavailable') {
    request.log.error({ requestId: request.id, err: error }, 'a request failed');
  }
  reply.headers(securityHeaders).header('x-request-id', request.id);
  letBodyArrive(request.raw);
  sendRefusal(reply, refusal ?? new Refusal('internal_error'));
}
