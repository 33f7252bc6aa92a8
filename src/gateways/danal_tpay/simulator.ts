import type { Book } from '../simulator/book.ts';
import type {
  SimulatorAnswer,
  SimulatorCaller,
  SimulatorDefinition,
  SimulatorRequest,
} from '../simulator/definition.ts';
import { merchantByMid } from '../simulator/merchants.ts';
import { createSimulatorOf, type Simulator, type SimulatorOptions } from '../simulator/simulator.ts';
import { danalErrors } from './errors.ts';
import { danalSimulatorNotices } from './notices.ts';
import { cardService, type DanalService, transferService } from './services.ts';
import { cancelPayment } from './simulator-cancel.ts';
import { payInWindow } from './simulator-payments.ts';
import { plainAnswer, requestFields } from './simulator-protocol.ts';

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
  internalError: { status: 500, headers: { 'content-type': 'text/plain' }, body: '' },
  refusal: (_operation, code, message) => {
    const named = code ?? '1116';
    const known: Readonly<Record<string, { message: string }>> = danalErrors.card;
    return plainAnswer(named, message ?? known[named]?.message ?? named);
  },
  payInWindow,
  notices: danalSimulatorNotices,
  standIn: { secretOf: (credentials) => credentials.virtualAccountCryptoKey ?? '' },
};

export function createDanalSimulator(options: SimulatorOptions): Simulator {
  return createSimulatorOf(definition, options);
}
