import Type from 'typebox';
import type { Gateway } from '../../../port/gateway.ts';
import { lookUpNothing } from '../../answers/no-inquiry.ts';
import { cancelByPayMethod } from '../../stand-in/adapter/cancel-by-pay-method.ts';
import { createStandIn } from '../../stand-in/adapter/stand-in.ts';
import { windowApproval } from '../../stand-in/adapter/window-approval.ts';
import { kcpCapabilities } from '../capabilities.ts';
import { kcpCodes } from '../wire/codes.ts';
import { paths } from '../wire/paths.ts';
import { standInSecretOf } from '../wire/stand-in.ts';
import { cancelOutcome } from './answers.ts';
import { inquireCancel } from './inquiry.ts';
import { approve, chargeKey, revokeKey } from './keys.ts';
import { lookUpAtKcp } from './lookup.ts';
import { kcpNotices } from './notices.ts';
import { kcpReceiptUrl } from './receipt-url.ts';
import { cancelFields, modTypeOf, sendToKcp } from './requests.ts';

const standIn = createStandIn({ secretOf: standInSecretOf });

/**
 * NHN KCP, its present REST interface. Payments come from its payment window. Refunds of virtual accounts, cash receipts and
 * Benepia points go over the stand-in protocol, in the sandbox only. See the README of this folder.
 */
export const kcpGateway = {
  provider: 'kcp',
  capabilities: kcpCapabilities,
  credentialsSchema: Type.Object({
    certificate: Type.String({
      pattern: '^\\s*-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\\s]+-----END CERTIFICATE-----\\s*$',
      maxLength: 10_000,
      description: 'The certificate that KCP gave the merchant, PEM',
    }),
    privateKey: Type.String({
      pattern: '^\\s*-----BEGIN ENCRYPTED PRIVATE KEY-----[A-Za-z0-9+/=\\s]+-----END ENCRYPTED PRIVATE KEY-----\\s*$',
      maxLength: 10_000,
      description: 'Its private key (splPrikeyPKCS8.pem)',
    }),
    privateKeyPassword: Type.String({ minLength: 1, maxLength: 200, description: 'The password of the private key' }),
    batchGroupId: Type.Optional(
      Type.String({
        pattern: '^[A-Z0-9]{12}$',
        description: 'The group of batch keys (kcpgroup_id); for billing keys only',
      }),
    ),
  }),
  liveBaseUrl: 'https://spl.kcp.co.kr',
  codes: kcpCodes,
  notices: kcpNotices,

  operations: {
    approve_window: windowApproval(),
    cancel: cancelByPayMethod(standIn, ['vbank', 'point'], {
      async send(call, request) {
        const type = modTypeOf(request);
        const result = await sendToKcp(call, paths.cancel, {
          tno: request.gatewayTid,
          type,
          fields: cancelFields(request),
        });
        return cancelOutcome(call, request, result);
      },
      inquire: inquireCancel,
    }),
    pay_from_wallet: standIn.operations.pay_from_wallet,
    approve,
    issue_key: standIn.operations.issue_key,
    charge_key: chargeKey,
    revoke_key: revokeKey,
    issue_receipt: standIn.operations.issue_receipt,
    revoke_receipt: standIn.operations.revoke_receipt,
    register_shipping: standIn.operations.register_shipping,
  },

  wallets: { support: standIn.wallets.support, readPoints: standIn.wallets.readPoints },
  lookUp(call, reference) {
    if (reference.payMethod === 'point') return standIn.lookUp(call, reference);
    return reference.payMethod === 'vbank' ? lookUpNothing() : lookUpAtKcp(call, reference);
  },
  receiptUrlOf: kcpReceiptUrl,
} as const satisfies Gateway;
