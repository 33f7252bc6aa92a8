import Type from 'typebox';
import type { Cancel } from '../../../port/cancel.ts';
import type { Gateway } from '../../../port/gateway.ts';
import type { OperationAt } from '../../../port/operations.ts';
import { lookUpNothing } from '../../answers/no-inquiry.ts';
import { createStandIn } from '../../stand-in/adapter/stand-in.ts';
import { windowApproval } from '../../stand-in/adapter/window-approval.ts';
import { danalCapabilities } from '../capabilities.ts';
import { danalCodes } from '../wire/codes.ts';
import { danalError } from '../wire/errors.ts';
import { cardService, transferService, virtualAccountService } from '../wire/services.ts';
import { standInSecretOf } from '../wire/stand-in.ts';
import { cancelAt } from './cancel.ts';
import { chargeKey, revokeKey } from './keys.ts';
import { danalNotices } from './notices.ts';

const cryptoKey = (description: string) => Type.String({ pattern: '^[0-9a-fA-F]{64}$', description });

const standIn = createStandIn({
  secretOf: standInSecretOf,
  categoryOf: (code) => danalError(virtualAccountService, code)?.category,
});

/**
 * Danal T-Pay. Cards and transfers are cancelled by Danal's own protocol; virtual accounts, whose refund and revocation are
 * not public, over the stand-in. See the README of this folder for the protocol, its sources and what is inferred.
 */
export const danalGateway = {
  provider: 'danal_tpay',
  capabilities: danalCapabilities,
  credentialsSchema: Type.Object({
    cryptoKey: cryptoKey('CRYPTOKEY of cards, 64 hexadecimal digits'),
    transferCryptoKey: cryptoKey('CRYPTOKEY of account transfers; the same again where Danal gave only one'),
    virtualAccountCryptoKey: cryptoKey('CRYPTOKEY of virtual accounts; the same again where Danal gave only one'),
  }),
  liveBaseUrl: cardService.liveHost,
  codes: danalCodes,
  notices: danalNotices,

  operations: {
    approve_window: windowApproval(),
    charge_key: chargeKey,
    revoke_key: revokeKey,
    revoke_vbank: standIn.operations.revoke_vbank,
    cancel: {
      send: (call, request) => cancelOf(request).send(call, request),
      inquire: (call, request, sentAt) => cancelOf(request).inquire(call, request, sentAt),
    },
  },

  lookUp: lookUpNothing,
} as const satisfies Gateway;

function cancelOf({ payMethod }: Cancel): OperationAt<'cancel'> {
  switch (payMethod) {
    case 'vbank':
      return standIn.operations.cancel;
    case 'trans':
      return cancelAt(transferService);
    default:
      return cancelAt(cardService);
  }
}
