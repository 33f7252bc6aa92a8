import type { Gateway } from '../../../port/gateway.ts';
import { lookUpNothing } from '../../answers/no-inquiry.ts';
import { smartroCapabilities } from '../capabilities.ts';
import { smartroCodes } from '../wire/codes.ts';
import { outcomeOfCancel, outcomeOfRevocation, readLine } from './answers.ts';
import {
  cancelOf,
  cancelOfAccount,
  inquireSmartro,
  smartroCredentials,
  smartroNotices,
  smartroStandIn,
} from './both-modules.ts';
import { sendCancel } from './requests.ts';

/** Smartro, old module (SmilePay). See the README of this folder. */
export const smartroGateway = {
  provider: 'smartro',
  capabilities: smartroCapabilities,
  credentialsSchema: smartroCredentials,
  liveBaseUrl: 'https://pay.smilepay.co.kr',
  codes: smartroCodes,
  notices: smartroNotices,

  async cancel(call, request) {
    if (request.payMethod === 'vbank') return smartroStandIn.cancel(call, request);
    return outcomeOfCancel(call, request, await sendCancel(call, cancelOf(request)), readLine);
  },

  async revokeVirtualAccount(call, request) {
    const { gatewayTid } = request;
    if (gatewayTid === null) return { kind: 'never_sent', why: 'the transaction id of the account is not known' };
    const result = await sendCancel(call, cancelOfAccount(request, gatewayTid));
    return outcomeOfRevocation(call, { ...request, gatewayTid }, result, readLine);
  },

  issueReceipt: smartroStandIn.issueReceipt,
  inquire: inquireSmartro,
  lookUp: lookUpNothing,
} as const satisfies Gateway;
