import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { type Static, type TObject, type TSchema, Type } from 'typebox';
import type { Merchant } from '../../core/merchants/merchants.ts';
import { isDatabaseOutage } from '../../platform/database/transient-errors.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { ErrorCode } from '../../platform/errors/registry.ts';
import type { Answer } from './answer.ts';
import { sendResponse } from './envelope.ts';
import { compileFields } from './field-decoder.ts';

export type RouteMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** What the API's description shows of a route besides its schemas. */
export interface RouteDescription {
  readonly method: RouteMethod;
  /** Fastify's notation, `/payments/:imp_uid`, without optional parts: such an operation is two routes. */
  readonly url: string;
  readonly operationId: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly params?: TObject;
  readonly query?: TObject;
  readonly body?: TObject;
  /** Request headers, for the description only; a handler reads them from `context.request`. */
  readonly headers?: TObject;
  /** What stands in `response` of the envelope. The answer is not cut to it; the contract test holds them equal. */
  readonly response: TSchema;
  /** The HTTP statuses of successes other than 200. */
  readonly otherStatuses?: readonly number[];
  /** What the handler itself can refuse. What the foundation refuses is added to the description by itself. */
  readonly refusals: readonly ErrorCode[];
  readonly authenticate: boolean;
  readonly example?: { readonly body?: object; readonly response?: unknown };
}

export interface RouteContext<Params, Query, Body, CurrentMerchant = Merchant> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly merchant: CurrentMerchant;
  readonly request: FastifyRequest;
  /** Aborted when the caller hangs up before it has its answer. */
  readonly signal: AbortSignal;
}

type NoFields = typeof noFields;

export interface RouteDefinition<
  Params extends TObject,
  Query extends TObject,
  Body extends TObject,
  Response extends TSchema,
  Authenticate extends boolean,
> extends RouteDescription {
  readonly params?: Params;
  readonly query?: Query;
  readonly body?: Body;
  readonly response: Response;
  readonly authenticate: Authenticate;
  handler(
    context: RouteContext<
      Static<Params>,
      Static<Query>,
      Static<Body>,
      Authenticate extends true ? Merchant : undefined
    >,
  ): Promise<Answer<Response> | AnswerWithStatus<Answer<Response>>>;
}

/** What a handler returns for a success whose HTTP status is not 200. No response of the API looks like this itself. */
export interface AnswerWithStatus<Response> {
  readonly status: number;
  readonly response: Response;
}

declare module 'fastify' {
  interface FastifyInstance {
    /** The merchant whose token the request carries; a `Refusal` when there is none. */
    authenticate(request: FastifyRequest): Promise<Merchant>;
  }
  interface FastifyContextConfig {
    operation?: RouteDescription;
  }
}

const noFields = Type.Object({});

/**
 * Adds one operation of the API. Parameters are decoded by their schemas before the handler runs; what it returns goes out
 * in the envelope with HTTP 200 (or as `AnswerWithStatus` says), and a `Refusal` that it throws as that refusal.
 */
export function defineRoute<
  Response extends TSchema,
  const Authenticate extends boolean,
  Params extends TObject = NoFields,
  Query extends TObject = NoFields,
  Body extends TObject = NoFields,
>(app: FastifyInstance, definition: RouteDefinition<Params, Query, Body, Response, Authenticate>): void {
  const { method, url, authenticate } = definition;
  requireDescribedParams(definition);
  const decodeParams = compileFields(definition.params ?? noFields);
  const decodeQuery = compileFields(definition.query ?? noFields);
  const decodeBody = compileFields(definition.body ?? noFields);

  async function handle(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const merchant = authenticate ? await authenticated(app, request) : undefined;
    const context = new RequestContext(request, reply, merchant, {
      params: decodeParams((request.params ?? {}) as Record<string, unknown>),
      query: decodeQuery(request.query as Record<string, unknown>),
      body: decodeBody((request.body ?? {}) as Record<string, unknown>),
    });
    const result = await definition.handler(context as unknown as Parameters<typeof definition.handler>[0]);
    return hasStatus(result) ? sendResponse(reply, result.status, result.response) : sendResponse(reply, 200, result);
  }

  app.route({ method: method as HTTPMethods, url, config: { operation: definition }, handler: handle });
}

/** An outage while the token is looked up: the operation has not begun, so the caller may be told so. */
async function authenticated(app: FastifyInstance, request: FastifyRequest): Promise<Merchant> {
  try {
    return await app.authenticate(request);
  } catch (error) {
    if (!isDatabaseOutage(error)) throw error;
    request.log.warn({ err: error }, 'the database did not answer when a token was looked up');
    throw new Refusal('database_unavailable');
  }
}

function hasStatus(result: unknown): result is AnswerWithStatus<unknown> {
  return (
    typeof result === 'object' &&
    result !== null &&
    'response' in result &&
    'status' in result &&
    typeof result.status === 'number'
  );
}

/** Names of the parameters in a path. */
export function pathParameters(url: string): readonly string[] {
  return [...url.matchAll(/:(\w+)/g)].flatMap(([, name]) => (name === undefined ? [] : [name]));
}

function requireDescribedParams({ url, params }: RouteDescription): void {
  const inPath = pathParameters(url);
  const described = Object.keys(params?.properties ?? {});
  const isComplete = inPath.every((name) => described.includes(name));
  const isPresent = (params?.required ?? []).every((name) => inPath.includes(name));
  if (/[?*(]/.test(url) || !isComplete || !isPresent) {
    throw new Error(`the path ${url} differs from the parameters described for it`);
  }
}

interface Decoded {
  readonly params: object;
  readonly query: object;
  readonly body: object;
}

/** A class for the sake of `signal`: few handlers want one, and every request would pay for it. */
class RequestContext implements RouteContext<object, object, object, Merchant | undefined> {
  readonly params: object;
  readonly query: object;
  readonly body: object;
  readonly merchant: Merchant | undefined;
  readonly request: FastifyRequest;
  readonly #reply: FastifyReply;
  #signal: AbortSignal | undefined;

  constructor(request: FastifyRequest, reply: FastifyReply, merchant: Merchant | undefined, decoded: Decoded) {
    this.params = decoded.params;
    this.query = decoded.query;
    this.body = decoded.body;
    this.merchant = merchant;
    this.request = request;
    this.#reply = reply;
  }

  get signal(): AbortSignal {
    this.#signal ??= hangUpSignal(this.#reply);
    return this.#signal;
  }
}

/** Fastify's own `request.signal` listens to the request, which Node closes as soon as its body has been read. */
function hangUpSignal(reply: FastifyReply): AbortSignal {
  const { raw } = reply;
  const controller = new AbortController();
  if (raw.closed) controller.abort();
  else {
    raw.once('close', () => {
      if (!raw.writableFinished) controller.abort();
    });
  }
  return controller.signal;
}
