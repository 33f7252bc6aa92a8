import Type from 'typebox';
import type { Gateway } from '../../../port/gateway.ts';
import { createStandIn } from '../../stand-in/adapter/stand-in.ts';
import { windowApproval } from '../../stand-in/adapter/window-approval.ts';
import { hectoCapabilities } from '../capabilities.ts';
import { hectoCodes } from '../wire/codes.ts';
import { standInSecretOf } from '../wire/stand-in.ts';
import { issueAccount, revokeAccount } from './accounts.ts';
import { approve } from './approval.ts';
import { cancel } from './cancel.ts';
import { chargeKey, issueKey, revokeKey } from './keys.ts';
import { lookUpAtHecto } from './lookup.ts';
import { hectoNotices } from './notices.ts';

const standIn = createStandIn({ secretOf: standInSecretOf });

/**
 * Hecto Financial (Settle Bank), PG standard API. Our order id is the payment's id at i'mport; every other request has a
 * number of its own, made from its idempotency key. See the README of this folder for the protocol, its sources and what
 * is inferred.
 */
export const hectoGateway = {
  provider: 'settle',
  capabilities: hectoCapabilities,
  credentialsSchema: Type.Object({
    licenseKey: Type.String({ pattern: '^[!-~]{8,100}$', description: 'Licence key: the key of the hash (pktHash)' }),
    aesKey: Type.String({
      pattern: '^[!-~]{32}$',
      description: 'Key of the encrypted fields (AES-256), 32 characters',
    }),
    inquiryPath: Type.Optional(
      Type.String({
        pattern: '^/spay/[A-Za-z]{1,60}\\.do$',
        description: 'Path of the real-time inquiry, if it is not /spay/APITrdcheck.do',
      }),
    ),
  }),
  liveBaseUrl: 'https://gw.settlebank.co.kr',
  codes: hectoCodes,
  notices: hectoNotices,

  operations: {
    approve_window: windowApproval(),
    approve,
    issue_vbank: issueAccount,
    revoke_vbank: revokeAccount,
    cancel,
    issue_key: issueKey,
    charge_key: chargeKey,
    revoke_key: revokeKey,
    issue_receipt: standIn.operations.issue_receipt,
    revoke_receipt: standIn.operations.revoke_receipt,
  },

  lookUp: lookUpAtHecto,
} as const satisfies Gateway;
