import { jsonAnswer, type SimulatorDefinition } from '../../../simulators/definition.ts';
import { createSimulatorOf, type Simulator, type SimulatorOptions } from '../../../simulators/simulator.ts';
import { kakaoErrors } from '../wire/errors.ts';
import { kakaoPaths } from '../wire/paths.ts';
import { cancelPayment, payInWindow, readOrder } from './payments.ts';
import { authenticate, errorAnswer, kakaoOperation } from './protocol.ts';

const definition: SimulatorDefinition = {
  provider: 'kakaopay',
  schema: `create index if not exists merchants_secret_key on merchants (json_extract(credentials, '$.secretKey'))`,
  authenticate,
  routes: [
    { method: 'POST', path: kakaoPaths.cancel, operation: 'cancel', handle: kakaoOperation(cancelPayment) },
    { method: 'POST', path: kakaoPaths.order, operation: 'inquire', handle: kakaoOperation(readOrder) },
  ],
  unknownPath: () => jsonAnswer(404, { error_code: 404, error_message: 'Not Found' }),
  internalError: () => jsonAnswer(500, { error_code: -781, error_message: kakaoErrors['-781'].message }),
  refusal: (operation, code, message) => errorAnswer(code ?? (operation === 'inquire' ? '-798' : '0022'), message),
  payInWindow,
};

export function createKakaoSimulator(options: SimulatorOptions): Simulator {
  return createSimulatorOf(definition, options);
}
