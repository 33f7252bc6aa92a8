import type { TObject, TSchema } from 'typebox';
import { type ErrorCode, errorRegistry } from '../../platform/errors/registry.ts';
import { STATUS_CODES } from '../../platform/node-http.ts';
import { refusalCategories } from '../../port/outcome.ts';
import { mayNeedStepUp, permissionFor } from './member-entrance.ts';
import { pathParameters, type RouteDescription } from './route.ts';

const refusalReference = { $ref: '#/components/schemas/Refusal' };
const gatewayRefusalReference = { $ref: '#/components/schemas/GatewayRefusal' };
const answerHeaders = { 'X-Request-Id': { $ref: '#/components/headers/X-Request-Id' } };
const refusalHeaders = {
  ...answerHeaders,
  'X-Hwanbul-Error': { $ref: '#/components/headers/X-Hwanbul-Error' },
  'X-Hwanbul-Meaning': { $ref: '#/components/headers/X-Hwanbul-Meaning' },
  'X-Hwanbul-Refusal': { $ref: '#/components/headers/X-Hwanbul-Refusal' },
};
const cancellationHeaders = {
  'X-Hwanbul-Cancellation-Id': { $ref: '#/components/headers/X-Hwanbul-Cancellation-Id' },
  'X-Hwanbul-Cancellation-State': { $ref: '#/components/headers/X-Hwanbul-Cancellation-State' },
};

export const refusalComponents = {
  schemas: {
    Refusal: {
      type: 'object',
      required: ['code', 'message', 'response'],
      properties: {
        code: { type: 'integer', description: "i'mport's own number. Never 0." },
        message: { type: 'string' },
        response: { type: 'null' },
      },
    },
    GatewayRefusal: {
      type: 'object',
      description: "A refusal of the gateway's that has its code and text where other answers have `response`.",
      required: ['code', 'message', 'error'],
      properties: {
        code: { type: 'integer', description: 'Never 0.' },
        message: { type: 'string' },
        error: {
          type: 'object',
          required: ['code', 'message'],
          properties: { code: { type: 'string' }, message: { type: 'string' } },
        },
      },
      additionalProperties: false,
    },
  },
  headers: {
    'X-Request-Id': {
      description:
        "What the log of the server calls the request: the caller's own `X-Request-Id`, where that is 1 to 128 letters, digits or `_.:/+=@~-`, else a new one.",
      schema: { type: 'string' },
    },
    'X-Hwanbul-Error': {
      description: 'The stable code of a refusal (docs/errors.md).',
      schema: { type: 'string', enum: Object.keys(errorRegistry) },
    },
    'X-Hwanbul-Meaning': {
      description: 'What the refusal means, in English.',
      schema: { type: 'string' },
    },
    'X-Hwanbul-Refusal': {
      description: 'Why a gateway refused, in a word that is the same for every gateway (docs/errors.md).',
      schema: { type: 'string', enum: Object.keys(refusalCategories) },
    },
    'X-Hwanbul-Cancellation-Id': {
      description:
        'The cancellation that the answer is about: the one that was asked for, or an earlier one that stands in its way.',
      schema: { type: 'string' },
    },
    'X-Hwanbul-Cancellation-State': {
      description:
        'How that cancellation stands. `accepted`: the gateway has taken it and pays out later; our book may show it as cancelled already.',
      schema: { type: 'string', enum: ['accepted', 'confirmed', 'in_doubt', 'refused', 'unsent'] },
    },
  },
};

const byPost =
  'A POST to the same path is answered alike, with or without a body; the query may then stand in the body.';

/** The part of an operation that @fastify/swagger turns into `parameters` and plain fields. */
export function parametersOf(operation: RouteDescription): object {
  const { url, operationId, tag, summary, params, query } = operation;
  const onlySandbox = operation.standIn && `Only in a sandbox, where it has a stand-in: ${operation.standIn}.`;
  const description = [operation.description, operation.alsoByPost && byPost, onlySandbox].filter(Boolean).join(' ');
  return {
    operationId,
    tags: [tag],
    summary,
    ...(description === '' ? {} : { description }),
    ...(params === undefined ? {} : { params: withOnly(params, pathParameters(url)) }),
    ...(query === undefined ? {} : { querystring: withListNames(query) }),
    ...headersOf(operation),
  };
}

const tierHeader = {
  type: 'string',
  description:
    "A sub-store of the merchant's, by its three characters (`GET /tiers/{tier_code}`). Without it: the main store.",
};

function looksAtToken({ authenticate, readsToken }: RouteDescription): boolean {
  return authenticate || readsToken === true;
}

function takesTier(operation: RouteDescription): boolean {
  return looksAtToken(operation) && !operation.ignoresTier;
}

function headersOf(operation: RouteDescription): object {
  const { headers } = operation;
  const { properties = {}, ...rest } = (headers === undefined ? {} : plain(headers)) as { properties?: object };
  const known = { ...properties, ...(takesTier(operation) ? { Tier: tierHeader } : {}) };
  return Object.keys(known).length === 0 ? {} : { headers: { type: 'object', ...rest, properties: known } };
}

/** Bodies and answers of an operation, as they stand in the document. */
export function describeOperation(operation: RouteDescription, bodyExample: object | undefined): object {
  return {
    ...(operation.body === undefined
      ? {}
      : { requestBody: describeBody(operation.body, bodyExample, operation.takesFiles) }),
    responses: describeResponses(operation),
    ...(looksAtToken(operation) ? { 'x-hwanbul-permission': permissionFor(operation) ?? null } : {}),
    ...(operation.standIn === undefined ? {} : { 'x-hwanbul-stand-in': operation.standIn }),
    ...(operation.neverAnswers === undefined ? {} : { 'x-hwanbul-never-answers': operation.neverAnswers }),
  };
}

function describeBody(body: TObject, example: object | undefined, files: readonly string[] = []): object {
  const schema = plain(body);
  const withExample = { schema, ...(example === undefined ? {} : { example }) };
  return {
    required: (body.required?.length ?? 0) > 0,
    content: {
      'application/json': withExample,
      'application/x-www-form-urlencoded': withExample,
      'multipart/form-data': { schema },
      ...Object.fromEntries(files.map((type) => [type, { schema: { type: 'string' } }])),
    },
  };
}

function describeResponses(operation: RouteDescription): Record<string, object> {
  const byStatus = Map.groupBy(allRefusals(operation), (code) => errorRegistry[code].status);
  const responses: Record<string, object> = {};
  for (const status of [200, ...(operation.otherStatuses ?? [])]) {
    responses[status] = describeSuccess(operation, byStatus.get(status) ?? []);
    byStatus.delete(status);
  }
  for (const [status, codes] of [...byStatus].sort(([one], [other]) => one - other)) {
    responses[status] = {
      description: describeCodes(STATUS_CODES[status] ?? 'Refused', codes),
      headers: refusalHeaders,
      content: { 'application/json': { schema: refusalSchema(operation), examples: refusalExamples(codes) } },
    };
  }
  return responses;
}

/** With a `response` of its own it may be told without one as well: what is refused before the handler is asked. */
function refusalSchema({ refusalResponse }: RouteDescription): object {
  if (refusalResponse === undefined) return refusalReference;
  return { oneOf: [refusalReference, toldSchema(refusalResponse)] };
}

/** A business failure has the HTTP status of a success, so one status may have both in its description. */
function describeSuccess(operation: RouteDescription, codes: readonly ErrorCode[]): object {
  const success = {
    type: 'object',
    required: ['code', 'message', 'response'],
    properties: {
      code: { const: 0 },
      message: operation.successMessage === undefined ? { type: 'null' } : { const: operation.successMessage },
      response: plain(operation.response),
    },
  };
  const examples = {
    ...(operation.example?.response === undefined
      ? {}
      : {
          success: {
            value: { code: 0, message: operation.successMessage ?? null, response: operation.example.response },
          },
        }),
    ...refusalExamples(codes),
  };
  const isCancellation = operation.refusals.includes('cancellation_in_doubt');
  const refusals = [
    refusalReference,
    ...(operation.refusalResponse ? [toldSchema(operation.refusalResponse)] : []),
    ...(codes.some((code) => errorRegistry[code].showsGatewayError) ? [gatewayRefusalReference] : []),
    ...(codes.some((code) => errorRegistry[code].gatewayAnswer) ? [gatewayAnswerSchema(operation)] : []),
  ];
  if (operation.file) return describeFile(operation.file, codes, refusals, examples);
  const schema = codes.length === 0 ? success : { oneOf: [success, ...refusals] };
  return {
    description: codes.length === 0 ? 'Done.' : describeCodes('Done, or refused with a `code` other than 0', codes),
    headers: codes.length === 0 ? answerHeaders : { ...refusalHeaders, ...(isCancellation ? cancellationHeaders : {}) },
    content: {
      'application/json': { schema, ...(Object.keys(examples).length === 0 ? {} : { examples }) },
    },
  };
}

function describeFile(
  { contentType }: { readonly contentType: string },
  codes: readonly ErrorCode[],
  refusals: readonly object[],
  examples: object,
): object {
  const [mediaType = contentType] = contentType.split(';');
  const file = { [mediaType]: { schema: { type: 'string' } } };
  if (codes.length === 0) return { description: 'The file.', headers: answerHeaders, content: file };
  return {
    description: describeCodes('The file, or a refusal with a `code` other than 0', codes),
    headers: refusalHeaders,
    content: { ...file, 'application/json': { schema: { oneOf: refusals }, examples } },
  };
}

/** A refusal whose `response` is the gateway's, in the fields that its success may have. */
function gatewayAnswerSchema({ response }: RouteDescription): object {
  return toldSchema(response);
}

function toldSchema(response: TSchema): object {
  return {
    type: 'object',
    required: ['code', 'message', 'response'],
    properties: {
      code: { type: 'integer', description: 'Never 0.' },
      message: { type: 'string' },
      response: plain(response),
    },
  };
}

function describeCodes(title: string, codes: readonly ErrorCode[]): string {
  return [`${title}:`, ...codes.map((code) => `- \`${code}\`: ${errorRegistry[code].meaning}`)].join('\n');
}

function refusalExamples(codes: readonly ErrorCode[]): Record<string, object> {
  return Object.fromEntries(
    codes.map((errorCode) => {
      const { code, message, meaning, showsGatewayError, gatewayAnswer } = errorRegistry[errorCode];
      const rest = showsGatewayError
        ? { error: { code: 'C210', message: '등록된 거래가 없습니다.' } }
        : { response: gatewayAnswer ?? null };
      return [errorCode, { summary: meaning, value: { code, message: gatewayAnswer?.error ?? message, ...rest } }];
    }),
  );
}

/** What the handler refuses, and what happens before it. */
function allRefusals(operation: RouteDescription): readonly ErrorCode[] {
  const fields = [operation.params, operation.query, operation.body].filter((schema) => schema !== undefined);
  const text = JSON.stringify(fields);
  return [
    ...new Set<ErrorCode>([
      ...operation.refusals,
      ...(looksAtToken(operation) ? (['unauthorized', 'member_not_allowed'] as const) : []),
      ...(looksAtToken(operation) && !operation.isForEnrolment ? (['factor_enrolment_required'] as const) : []),
      ...(looksAtToken(operation) && operation.method !== 'GET' ? (['csrf_wrong'] as const) : []),
      ...(mayNeedStepUp(operation) ? (['step_up_required'] as const) : []),
      ...(looksAtToken(operation) && !operation.onlyMembers ? (['member_tier_not_allowed'] as const) : []),
      ...(takesTier(operation) ? (['tier_unknown'] as const) : []),
      ...(operation.body === undefined
        ? []
        : ([
            'malformed_body',
            'body_too_deep',
            'body_too_large',
            'unsupported_media_type',
            'unsupported_charset',
            'request_timeout',
          ] as const)),
      ...(fields.some(({ required }) => (required?.length ?? 0) > 0) ? (['parameter_missing'] as const) : []),
      ...(fields.length > 0 ? (['parameter_invalid'] as const) : []),
      ...(/"(maxLength|x-digits-max)"/.test(text) ? (['parameter_too_long'] as const) : []),
      ...(['malformed_request', 'wrong_charset', 'internal_error', 'database_unavailable', 'shutting_down'] as const),
    ]),
  ];
}

/** One operation with an optional last part is two paths; the shorter one lacks the parameter. */
function withOnly(params: TObject, names: readonly string[]): object {
  const { properties, ...rest } = plain(params) as { properties: Record<string, unknown> };
  return {
    ...rest,
    properties: Object.fromEntries(Object.entries(properties).filter(([name]) => names.includes(name))),
  };
}

/** In a query a list is written in PHP's way, `imp_uid[]=a&imp_uid[]=b`. */
function withListNames(query: TObject): object {
  const schema = plain(query) as { properties: Record<string, { type?: unknown }>; required?: string[] };
  const wireName = (name: string) => (schema.properties[name]?.type === 'array' ? `${name}[]` : name);
  return {
    ...schema,
    properties: Object.fromEntries(Object.entries(schema.properties).map(([name, field]) => [wireName(name), field])),
    ...(schema.required === undefined ? {} : { required: schema.required.map(wireName) }),
  };
}

/** A copy, since the plugin changes what it is given, and without TypeBox's own marks. */
function plain(schema: object): object {
  return JSON.parse(JSON.stringify(schema)) as object;
}
