import type { FastifyInstance, FastifyReply, FastifyRequest, HTTPMethods } from 'fastify';
import { type Static, type TObject, type TSchema, Type } from 'typebox';
import type { Member } from '../../core/members/member.ts';
import type { AuditDetails } from '../../core/members/member-audit.ts';
import type { Permission } from '../../core/members/permissions.ts';
import type { Session } from '../../core/members/sessions.ts';
import type { Merchant } from '../../core/merchants/merchants.ts';
import { isDatabaseOutage } from '../../platform/database/transient-errors.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { ErrorCode } from '../../platform/errors/registry.ts';
import type { Admission } from './admission.ts';
import type { Answer } from './answer.ts';
import { AnswerInParts, sendInParts } from './answer-in-parts.ts';
import { headersForPages, refusalHeaders, sendResponse } from './envelope.ts';
import { compileFields } from './field-decoder.ts';
import { FileInParts, sendFile } from './file-in-parts.ts';
import { admitMember, audited, type MemberEntrance, sessionOf } from './member-entrance.ts';
import { noteAsker } from './request-log.ts';
import { actingStore, type FindSubStore } from './tier.ts';

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
  /** Its success is a file of this type, and no envelope; `response` then is that of the file. */
  readonly file?: { readonly contentType: string };
  /** What stands in `response` of its refusals, where that is not null. */
  readonly refusalResponse?: TSchema;
  /** Of the few operations whose success says something in `message`, where all others have null. */
  readonly successMessage?: string;
  /** The HTTP statuses of successes other than 200. */
  readonly otherStatuses?: readonly number[];
  /** What the handler itself can refuse. What the foundation refuses is added to the description by itself. */
  readonly refusals: readonly ErrorCode[];
  readonly authenticate: boolean;
  /** A token is not wanted, and looked at where there is one. */
  readonly readsToken?: true;
  /** What a member of the merchant's must be allowed; default: `read` for a lookup, and no member for anything else. */
  readonly permission?: Permission;
  /** Of a lookup that is written down all the same: what it answers leaves the house. */
  readonly isAudited?: true;
  /** Of a route with `authenticate`: a token won't do, since it is about whoever has signed in. */
  readonly onlyMembers?: true;
  /** Of a route for members: who has to enrol a second factor first may call it all the same. */
  readonly isForEnrolment?: true;
  /** Web pages of any address may call it: shops fill their lists of banks that way, with a token, and open payment windows. */
  readonly isForPages?: true;
  /** Asks how the server is: it is answered however busy that is. */
  readonly isProbe?: true;
  /** The header `Tier` means nothing here: the handler always gets the main store. */
  readonly ignoresTier?: true;
  /**
   * Of a lookup: a POST to the same path does the same, with its query in the body if it likes. Clients of i'mport do so, and
   * the real server answers them. A function says which paths mean it; others have no POST.
   */
  readonly alsoByPost?: true | ((params: Readonly<Record<string, unknown>>) => boolean);
  readonly example?: { readonly body?: object; readonly response?: unknown };
  /**
   * Of an operation whose service has no public protocol: what a sandbox has in its place, in a few words. In live mode the
   * operation refuses, which is for its handler to do. docs/surface.md names it.
   */
  readonly standIn?: string;
  /** The body may also be sent as a file of these types, without a form around it. */
  readonly takesFiles?: readonly string[];
  /** HTTP statuses that i'mport's contract lists for the operation and that are not answered here, each with the reason. */
  readonly neverAnswers?: Readonly<Record<number, string>>;
}

export interface RouteContext<Params, Query, Body, CurrentMerchant = Merchant> {
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  readonly merchant: CurrentMerchant;
  /** Who asks, where that is a person in the console; `undefined`: a program, with a token. */
  readonly member: Member | undefined;
  readonly request: FastifyRequest;
  /** For the headers of an answer. */
  readonly reply: FastifyReply;
  /** Adds to the member's audit what was before and what is now; of a program's request nothing is kept. Never secrets. */
  audit(details: AuditDetails): void;
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
  ): Promise<Answer<Response> | AnswerWithStatus<Answer<Response>> | AnswerInParts<Answer<Response>> | FileInParts>;
}

/** What a handler returns for a success with another HTTP status than 200, or with headers. No response of the API looks like this itself. */
export interface AnswerWithStatus<Response> {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly response: Response;
  /** A gateway's no, told in a response of its own: that goes out with code -1, and this refusal's message and name. */
  readonly failure?: Refusal;
}

declare module 'fastify' {
  interface FastifyInstance {
    /** The merchant whose token the request carries; a `Refusal` when there is none. */
    authenticate(request: FastifyRequest): Promise<Merchant>;
    readonly findSubStore: FindSubStore;
    readonly admission: Admission;
    readonly memberEntrance: MemberEntrance | undefined;
  }
  interface FastifyRequest {
    /** Of routes that need a token, from the beginning of the request on, and of those that read a member's session. */
    merchant: Merchant | undefined;
    member: Member | undefined;
    session: Session | undefined;
  }
  interface FastifyContextConfig {
    operation?: RouteDescription;
    /** Nothing is changed by it, and nothing sent to a gateway, whatever the method. */
    isLookup?: boolean;
    /** Of a sandbox: web pages of any address may ask for it, as for the script of the payment window, which they have to load. */
    isForAnyOrigin?: boolean;
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

  async function answer(request: FastifyRequest, reply: FastifyReply, given: Given): Promise<FastifyReply> {
    const merchant = authenticate ? request.merchant : undefined;
    const decoded = {
      params: decodeParams(given.params),
      query: decodeQuery(given.query),
      body: decodeBody(given.body),
    };
    const result = await audited(
      app,
      request,
      definition,
      decoded,
      (details) => {
        const context = new RequestContext(request, reply, merchant, decoded, details);
        return definition.handler(context as unknown as Parameters<typeof definition.handler>[0]);
      },
      (made) => (hasStatus(made) ? made.failure : undefined),
    );
    if (result instanceof AnswerInParts) return sendInParts(reply, result);
    if (result instanceof FileInParts) return sendFile(reply, result);
    const { successMessage: message } = definition;
    if (!hasStatus(result)) return sendResponse(reply, 200, result, {}, message);
    const { status, response, headers, failure } = result;
    return failure
      ? sendResponse(reply, status, response, { ...headers, ...refusalHeaders(failure) }, failure.message, -1)
      : sendResponse(reply, status, response, headers, message);
  }

  // Before the body is read: nobody without a token makes the server take in and parse one.
  const entrance = (authenticate || definition.readsToken || definition.isForPages) && {
    onRequest: async (request: FastifyRequest, reply: FastifyReply) => {
      if (definition.isForPages) reply.headers(headersForPages);
      if (!authenticate && !definition.readsToken) return;
      const merchant = await authenticated(app, request, definition);
      request.merchant = merchant;
      if (!merchant) return;
      noteAsker(request, merchant);
      app.admission.enterAs(merchant.mainStoreId ?? merchant.id, reply);
    },
  };
  app.route({
    method: method as HTTPMethods,
    url,
    config: { operation: definition, isLookup: method === 'GET' },
    ...entrance,
    handler: (request, reply) => answer(request, reply, givenBy(request)),
  });
  const { alsoByPost } = definition;
  if (alsoByPost === undefined) return;
  app.route({
    method: 'POST',
    url,
    config: { isLookup: true },
    ...entrance,
    handler: (request, reply) => {
      const { params, query, body } = givenBy(request);
      if (alsoByPost !== true && !alsoByPost(params)) throw new Refusal('not_found');
      return answer(request, reply, { params, query: { ...body, ...query }, body: {} });
    },
  });
}

type Given = Readonly<Record<'params' | 'query' | 'body', Readonly<Record<string, unknown>>>>;

function givenBy({ params, query, body }: FastifyRequest): Given {
  return { params: params ?? {}, query: query ?? {}, body: body ?? {} } as Given;
}

/** An outage while the token is looked up: the operation has not begun, so the caller may be told so. */
async function authenticated(
  app: FastifyInstance,
  request: FastifyRequest,
  definition: RouteDescription,
): Promise<Merchant | undefined> {
  try {
    const session = await sessionOf(app, request);
    if (session && (definition.authenticate || isOfOurPage(request))) {
      return await admitMember(app, request, definition, session);
    }
    if (!definition.authenticate) return undefined;
    if (definition.onlyMembers) throw new Refusal('unauthorized');
    const { ignoresTier } = definition;
    const mainStore = await app.authenticate(request);
    noteAsker(request, mainStore);
    return ignoresTier ? mainStore : await actingStore(app.findSubStore, mainStore, request);
  } catch (error) {
    if (!isDatabaseOutage(error)) throw error;
    request.log.warn({ err: error }, 'the database did not answer when a token was looked up');
    throw new Refusal('database_unavailable');
  }
}

/**
 * Where nobody has to say who they are, a cookie counts only if a page of the console has sent it: a browser sends it along with what
 * the API's description tries out, too, which nobody has signed in for.
 */
function isOfOurPage({ headers }: FastifyRequest): boolean {
  return headers['x-hwanbul-csrf'] !== undefined;
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
  readonly member: Member | undefined;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** No method, so that handlers can take it out of the context as they do with the rest. */
  readonly audit: (details: AuditDetails) => void;
  #signal: AbortSignal | undefined;

  constructor(
    request: FastifyRequest,
    reply: FastifyReply,
    merchant: Merchant | undefined,
    decoded: Decoded,
    details: AuditDetails[],
  ) {
    this.params = decoded.params;
    this.query = decoded.query;
    this.body = decoded.body;
    this.merchant = merchant;
    this.member = request.member;
    this.request = request;
    this.reply = reply;
    this.audit = (each) => void details.push(each);
  }

  get signal(): AbortSignal {
    this.#signal ??= hangUpSignal(this.reply);
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
