import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Book } from '../../../simulators/book.ts';
import {
  jsonAnswer,
  type SimulatorAnswer,
  type SimulatorCaller,
  type SimulatorContext,
  SimulatorRefusal,
  type SimulatorRequest,
} from '../../../simulators/definition.ts';
import { merchantByCredential, merchantByMid } from '../../../simulators/merchants.ts';
import { attempt, formOf } from '../../../simulators/request-fields.ts';
import { unknownKey } from '../../../simulators/signature-check.ts';
import { type PaypalIssueCode, paypalIssues } from '../wire/errors.ts';
import { paths } from '../wire/paths.ts';

const tokenLifeMs = 32_400_000;
const names: Readonly<Record<number, string>> = {
  400: 'INVALID_REQUEST',
  401: 'AUTHENTICATION_FAILURE',
  403: 'NOT_AUTHORIZED',
  404: 'RESOURCE_NOT_FOUND',
  409: 'RESOURCE_CONFLICT',
  422: 'UNPROCESSABLE_ENTITY',
};

export function refusal(issue: PaypalIssueCode): SimulatorRefusal {
  return new SimulatorRefusal(issue, issue);
}

/** PayPal's texts are not repeated here: the issue stands for them. */
export function errorAnswer(issue: string, message: string | null = null, status?: number): SimulatorAnswer {
  const known = Object.hasOwn(paypalIssues, issue) ? paypalIssues[issue as PaypalIssueCode].status : 422;
  const http = status ?? known;
  const name = names[http] ?? 'INTERNAL_SERVER_ERROR';
  return {
    ...jsonAnswer(http, {
      name,
      message: name,
      debug_id: 'simulated',
      details: [{ issue, description: message ?? issue }],
    }),
    result: issue,
  };
}

/** A token is asked for with the app's id and secret; everything else comes with a token. */
export function authenticate(request: SimulatorRequest, book: Book): SimulatorCaller | SimulatorAnswer {
  if (request.path === paths.token) return appOf(request, book);
  const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
  const [mid = ''] = partsOf(token);
  const merchant = merchantByMid(book, mid);
  const isGenuine = merchant && isSame(token, tokenOf(merchant, expiryOf(token)));
  return isGenuine ? merchant : { ...errorAnswer('INVALID_TOKEN'), why: 'the access token is none of this simulator' };
}

function appOf({ headers }: SimulatorRequest, book: Book): SimulatorCaller | SimulatorAnswer {
  const basic = /^Basic (\S+)$/.exec(headers.authorization ?? '')?.[1] ?? '';
  const [clientId = '', ...secret] = Buffer.from(basic, 'base64').toString('utf8').split(':');
  const merchant = clientId === '' ? undefined : merchantByCredential(book, 'clientId', clientId);
  if (merchant && isSame(secret.join(':'), merchant.credentials.clientSecret ?? '')) return merchant;
  const error = { error: 'invalid_client', error_description: 'Client Authentication failed' };
  const why = merchant ? 'the client secret is another' : unknownKey(book, 'clientId', 'client id', clientId);
  return { ...jsonAnswer(401, error), why };
}

/** POST /v1/oauth2/token */
export function issueToken({ request, caller, now }: SimulatorContext): SimulatorAnswer {
  if (formOf(request).grant_type !== 'client_credentials') {
    return jsonAnswer(400, { error: 'unsupported_grant_type', error_description: 'Grant Type is NULL' });
  }
  const token = tokenOf(caller, now.getTime() + tokenLifeMs);
  return {
    ...jsonAnswer(200, {
      access_token: token,
      token_type: 'Bearer',
      app_id: 'APP-SIM',
      expires_in: tokenLifeMs / 1000,
    }),
    result: 'token',
  };
}

/** A token names its merchant and its end, and is signed with the merchant's secret: nothing has to be kept. */
function tokenOf({ mid, credentials }: SimulatorCaller, expiresAt: number): string {
  const content = Buffer.from(`${mid}|${expiresAt}`).toString('base64url');
  const key = credentials.clientSecret ?? '';
  return `A21AA${content}.${createHmac('sha256', key).update(content).digest('base64url')}`;
}

function partsOf(token: string): readonly string[] {
  const content = /^A21AA([\w-]+)\./.exec(token)?.[1] ?? '';
  return Buffer.from(content, 'base64url').toString('utf8').split('|');
}

function expiryOf(token: string): number {
  return Number(partsOf(token)[1] ?? 0);
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Carries a request out whose token still holds, and answers refusals in PayPal's form. */
export function paypalOperation(
  work: (context: SimulatorContext) => SimulatorAnswer,
): (context: SimulatorContext) => SimulatorAnswer {
  return (context) => {
    const token = context.request.headers.authorization?.replace('Bearer ', '') ?? '';
    if (expiryOf(token) <= context.now.getTime()) return errorAnswer('INVALID_TOKEN');
    return attempt(
      context,
      () => work(context),
      ({ code, message }) => errorAnswer(code, message),
    );
  };
}
