import type { Book } from '../../../simulators/book.ts';
import type {
  SimulatorAnswer,
  SimulatorCaller,
  SimulatorDefinition,
  SimulatorRequest,
} from '../../../simulators/definition.ts';
import { merchantByMid } from '../../../simulators/merchants.ts';
import { unknownMerchant } from '../../../simulators/signature-check.ts';
import { createSimulatorOf, type Simulator, type SimulatorOptions } from '../../../simulators/simulator.ts';
import { withWindowApproval } from '../../stand-in/simulator/window-approval.ts';
import { withStandIn } from '../../stand-in/simulator/with-stand-in.ts';
import { danalErrors } from '../wire/errors.ts';
import { cardService, type DanalService, transferService } from '../wire/services.ts';
import { standInSecretOf } from '../wire/stand-in.ts';
import { cancelPayment } from './cancel.ts';
import { chargeKey, deleteKey, issueKeyInWindow, keyRefusals, operationOfCards } from './keys.ts';
import { danalSimulatorNotices } from './notices.ts';
import { payInWindow } from './payments.ts';
import { plainAnswer, requestFields } from './protocol.ts';

const services: readonly DanalService[] = [cardService, transferService];

/** The CPID names the merchant; that `DATA` opens with the merchant's key proves it. */
function authenticate(request: SimulatorRequest, book: Book): SimulatorCaller | SimulatorAnswer {
  const { CPID: mid = '' } = requestFields(request);
  const merchant = merchantByMid(book, mid);
  const service = services.find(({ path }) => path === request.path);
  const refuse = (why: string) => ({ ...plainAnswer('1109', danalErrors.card['1109'].message), why });
  if (!merchant) return refuse(unknownMerchant('CPID', mid));
  const opens = (key: DanalService) => requestFields(request, key, merchant.credentials).TXTYPE !== undefined;
  if (!service || opens(service)) return merchant;
  const other = services.find((each) => opens({ ...service, keyName: each.keyName }) || opens(each));
  const how = other ? `: it is sealed for ${other.name}, with ${other.keyName} or its IV` : ', or holds no TXTYPE';
  return refuse(`DATA does not open with ${service.keyName} of ${mid} and the IV of ${service.path}${how}`);
}

const definition: SimulatorDefinition = {
  provider: 'danal_tpay',
  authenticate,
  routes: [
    {
      method: 'POST',
      path: cardService.path,
      operation: operationOfCards,
      handle: (context) => {
        switch (operationOfCards(context)) {
          case 'charge_key':
            return chargeKey(context);
          case 'revoke_key':
            return deleteKey(context);
          default:
            return cancelPayment(cardService, context);
        }
      },
    },
    {
      method: 'POST',
      path: transferService.path,
      operation: 'cancel',
      handle: (context) => cancelPayment(transferService, context),
    },
  ],
  unknownPath: () => ({ status: 404, headers: { 'content-type': 'text/plain' }, body: '' }),
  internalError: () => ({ status: 500, headers: { 'content-type': 'text/plain' }, body: '' }),
  refusal: (operation, code, message) => {
    const named = code ?? (operation === 'charge_key' || operation === 'revoke_key' ? 'SM01' : '1116');
    const texts: Readonly<Record<string, string>> = {
      ...keyRefusals,
      ...Object.fromEntries(Object.entries(danalErrors.card).map(([known, { message: text }]) => [known, text])),
    };
    return plainAnswer(named, message ?? texts[named] ?? named);
  },
  payInWindow,
  issueKeyInWindow,
  notices: danalSimulatorNotices,
};

export function createDanalSimulator(options: SimulatorOptions): Simulator {
  return createSimulatorOf(withWindowApproval(withStandIn(definition, { secretOf: standInSecretOf })), options);
}
