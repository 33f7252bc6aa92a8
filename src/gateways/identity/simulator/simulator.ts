import type { Static, TSchema } from 'typebox';
import { validatorOf } from '../../../platform/json/validator.ts';
import type { CertificationOperation } from '../../../port/certification.ts';
import {
  jsonAnswer,
  type SimulatorAnswer,
  type SimulatorContext,
  type SimulatorDefinition,
  SimulatorRefusal,
  type SimulatorRoute,
} from '../../../simulators/definition.ts';
import { createSimulatorOf, type Simulator, type SimulatorOptions } from '../../../simulators/simulator.ts';
import { storeAnswer, storedAnswer } from '../../../simulators/stored-answers.ts';
import { authenticateStandIn } from '../../stand-in/simulator/simulator.ts';
import { parseJson } from '../../stand-in/wire/protocol.ts';
import { identityCodes, isIdentityCode } from '../wire/codes.ts';
import { ConfirmMessage, InquireMessage, identityPaths, RequestMessage } from '../wire/protocol.ts';
import type { IdentityProvider } from '../wire/providers.ts';
import {
  certificationsSchema,
  certifyInWindow,
  confirmCertification,
  confirmInApp,
  listCertifications,
  requestCertification,
  stateOf,
} from './certifications.ts';
import { carriersLeave, foreignerOption } from './settings.ts';

export function createIdentitySimulator(provider: IdentityProvider): (options: SimulatorOptions) => Simulator {
  const definition: SimulatorDefinition = {
    provider,
    schema: certificationsSchema,
    ownTables: ['certifications'],
    settings: [carriersLeave, foreignerOption],
    routes: [
      route('request_certification', identityPaths.request, RequestMessage, (message, context) => ({
        ...requestCertification(context, message),
      })),
      route('confirm_certification', identityPaths.confirm, ConfirmMessage, (message, context) => {
        const person = confirmCertification(provider, context, message);
        return person instanceof SimulatorRefusal ? person : { person };
      }),
      { method: 'POST', path: identityPaths.inquire, operation: 'inquire', handle: inquire },
    ],
    authenticate: (request, book) =>
      authenticateStandIn(request, book, { secretOf: ({ secretKey }) => secretKey ?? '' }),
    unknownPath: () => refusal('I404', null, 404),
    internalError: () => refusal('S500', null, 500),
    refusal: (_operation, code, message) => refusal(code ?? 'S503', message),
    certifications: {
      certifyInWindow: (orderId, person, context) => certifyInWindow(provider, orderId, person, context),
      confirmInApp,
      list: listCertifications,
    },
  };
  return (options) => createSimulatorOf(definition, options);
}

/** A request id that was seen before gets the first answer, a refusal too. */
function route<S extends TSchema>(
  operation: CertificationOperation,
  path: string,
  schema: S,
  carryOut: (message: Static<S>, context: SimulatorContext) => object | SimulatorRefusal,
): SimulatorRoute {
  const validator = validatorOf(schema);
  return {
    method: 'POST',
    path,
    operation,
    handle(context) {
      const { book, caller, now, request } = context;
      const message = parseJson(request.body.toString('utf8'));
      if (!validator.Check(message)) return refusal('I400', null);
      const key = { mid: caller.mid, scope: path, key: (message as { requestId: string }).requestId };
      const stored = storedAnswer(book, key, new Date(0));
      if (stored) return { ...jsonAnswer(stored.status, null), body: stored.body };
      const answer = answerOf(context, () => carryOut(message as Static<S>, context));
      storeAnswer(book, key, { status: answer.status, body: answer.body as string }, now);
      return answer;
    },
  };
}

function answerOf({ book }: SimulatorContext, carryOut: () => object | SimulatorRefusal): SimulatorAnswer {
  try {
    const done = book.undoable(carryOut);
    if (done instanceof SimulatorRefusal) return refusal(done.code, done.message);
    return jsonAnswer(200, { resultCode: '0000', ...done });
  } catch (error) {
    if (error instanceof SimulatorRefusal) return refusal(error.code, error.message);
    throw error;
  }
}

const inquireMessage = validatorOf(InquireMessage);

function inquire({ request, book, caller, now }: SimulatorContext): SimulatorAnswer {
  const message = parseJson(request.body.toString('utf8'));
  if (!inquireMessage.Check(message)) return refusal('I400', null);
  return jsonAnswer(200, { resultCode: '0000', ...stateOf(book, caller.mid, message.orderId, now) });
}

function refusal(code: string, message: string | null, status = 200): SimulatorAnswer {
  const known = isIdentityCode(code) ? identityCodes[code].message : code;
  return jsonAnswer(status, { resultCode: code, resultMessage: message ?? known });
}
