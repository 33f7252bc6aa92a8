import Type from 'typebox';
import { createGatewayCodes } from '../../../port/codes.ts';
import type { Gateway } from '../../../port/gateway.ts';
import { lookUpNothing } from '../../answers/no-inquiry.ts';
import type { IdentityProvider } from '../wire/providers.ts';
import { createCertifications } from './certifications.ts';

/** A provider of identity verification, over a protocol of this project's own. There is no live mode. */
export function createIdentityGateway(provider: IdentityProvider): Gateway {
  return Object.freeze({
    provider,
    capabilities: {
      payMethods: {},
      currencies: [],
      reason: null,
      lookup: 'none',
      sources: [
        "PortOne V1 documentation of certifications (the side of the API; nothing public of the provider's side)",
      ],
      sandboxTested: true,
      liveTested: false,
    },
    credentialsSchema: Type.Object({
      secretKey: Type.String({ pattern: '^standin_[0-9a-f]{32}$', description: 'Key of the stand-in’s signature' }),
    }),
    liveBaseUrl: undefined,
    codes: createGatewayCodes({ banks: [], cards: [] }),
    operations: {},
    certifications: createCertifications(provider),
    lookUp: lookUpNothing,
  } as const satisfies Gateway);
}
