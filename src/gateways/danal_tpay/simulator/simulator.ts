import type { Book } from '../../../simulators/book.ts';
import type {
  SimulatorAnswer,
  SimulatorCaller,
  SimulatorDefinition,
  SimulatorRequest,
} from '../../../simulators/definition.ts';
import { merchantByMid } from '../../../simulators/merchants.ts';
import { createSimulatorOf, type Simulator, type SimulatorOptions } from '../../../simulators/simulator.ts';
import { withStandIn } from '../../stand-in/simulator/with-stand-in.ts';
import { danalErrors } from '../wire/errors.ts';
import { cardService, type DanalService, transferService } from '../wire/services.ts';
import { standInSecretOf } from '../wire/stand-in.ts';
import { cancelPayment } from './cancel.ts';
import { danalSimulatorNotices } from './notices.ts';
import { payInWindow } from './payments.ts';
import { plainAnswer, requestFields } from './protocol.ts';

const services: readonly DanalService[] = [cardService, transferService];

/** The CPID names the merchant; that `DATA` opens with the merchant's key proves it. */
function authenticate(request: SimulatorRequest, book: Book): SimulatorCaller | SimulatorAnswer {
  const { CPID: mid = '' } = requestFields(request);
  const merchant = merchantByMid(book, mid);
  const service = services.find(({ path }) => path === request.path);
  const isOurs = merchant && (!service || requestFields(request, service, merchant.credentials).TXTYPE !== undefined);
  return isOurs ? merchant : plainAnswer('1109', danalErrors.card['1109'].message);
}

const definition: SimulatorDefinition = {
  provider: 'danal_tpay',
  authenticate,
  routes: services.map((service) => ({
    method: 'POST',
    path: service.path,
    operation: 'cancel',
    handle: (context) => cancelPayment(service, context),
  })),
  unknownPath: () => ({ status: 404, headers: { 'content-type': 'text/plain' }, body: '' }),
  internalError: () => ({ status: 500, headers: { 'content-type': 'text/plain' }, body: '' }),
  refusal: (_operation, code, message) => {
    const named = code ?? '1116';
    const known: Readonly<Record<string, { message: string }>> = danalErrors.card;
    return plainAnswer(named, message ?? known[named]?.message ?? named);
  },
  payInWindow,
  notices: danalSimulatorNotices,
};

export function createDanalSimulator(options: SimulatorOptions): Simulator {
  return createSimulatorOf(withStandIn(definition, { secretOf: standInSecretOf }), options);
}
