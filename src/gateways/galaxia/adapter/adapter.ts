import Type from 'typebox';
import { createGatewayCodes } from '../../../port/codes.ts';
import type { Gateway } from '../../../port/gateway.ts';
import { createStandInNotices } from '../../stand-in/adapter/notices.ts';
import { createStandIn } from '../../stand-in/adapter/stand-in.ts';
import { standInReasonRule } from '../../stand-in/wire/protocol.ts';
import { standInSecretOf } from '../wire/stand-in.ts';

const standIn = createStandIn({ secretOf: standInSecretOf });

/** Galaxia Moneytree: convenience-store barcodes, over the stand-in protocol. There is no live mode. */
export const galaxiaGateway: Gateway = {
  provider: 'galaxia',
  capabilities: {
    payMethods: {
      cvs: {
        operations: { issue_barcode: 'undocumented', revoke_barcode: 'undocumented' },
        partialCancel: false,
        cancelWindow: { kind: 'unlimited' },
        refundAccount: 'none',
        receiptOnCancel: 'left_alone',
        note: "Sandbox only, over a stand-in protocol; Galaxia's own is not public. No source describes refunding a paid barcode.",
      },
    },
    currencies: ['KRW'],
    reason: standInReasonRule,
    lookup: 'by_order_id',
    sources: ['PortOne V1 OpenAPI, /cvs (the side of the API; nothing public of the side of the gateway)'],
    sandboxTested: true,
    liveTested: false,
  },
  credentialsSchema: Type.Object({
    secretKey: Type.String({ pattern: '^standin_[0-9a-f]{32}$', description: 'Key of the stand-in’s signature' }),
  }),
  liveBaseUrl: undefined,
  codes: createGatewayCodes({ banks: [], cards: [] }),
  notices: createStandInNotices({ secretOf: standInSecretOf }),
  operations: {
    issue_barcode: standIn.operations.issue_barcode,
    revoke_barcode: standIn.operations.revoke_barcode,
  },
  lookUp: standIn.lookUp,
};
