import { createHash } from 'node:crypto';
import type { Static } from 'typebox';
import type { SimulatorContext } from '../../../simulators/definition.ts';
import { settingOf } from '../../../simulators/merchants.ts';
import type { CertifiedMessage, PersonMessage } from '../wire/protocol.ts';
import { type IdentityProvider, identityProviders } from '../wire/providers.ts';
import { carriersLeave, foreignerOption } from './settings.ts';

/**
 * What the provider vouches for. The same person has the same CI at every provider, and the same DI at one MID; how real ones
 * are made is secret, so that these are only as long (inferred: Base64 of 64 and of 48 bytes).
 */
export function certifiedPerson(
  provider: IdentityProvider,
  { book, mid, now }: Pick<SimulatorContext, 'book' | 'now'> & { readonly mid: string },
  transactionId: string,
  person: Static<typeof PersonMessage>,
): CertifiedMessage {
  const { name, birthday, gender, isForeigner, phone, carrier, isBudgetCarrier } = person;
  const tellsAll = identityProviders[provider].tells === 'all';
  const tellsPhone = tellsAll && settingOf(book, mid, carriersLeave) === 'yes';
  const tellsForeigner = tellsAll && settingOf(book, mid, foreignerOption) === 'yes';
  const uniqueKey = digest('sha512', `CI|${name}|${birthday}|${gender}|${isForeigner}`);
  return {
    transactionId,
    name,
    birthday,
    gender: tellsAll ? gender : null,
    isForeigner: tellsForeigner && isForeigner,
    foreigner: tellsForeigner ? isForeigner : null,
    phone: tellsPhone ? phone : null,
    carrier: tellsPhone ? (isBudgetCarrier ? `${carrier}_MVNO` : carrier) : null,
    uniqueKey,
    uniqueInSite: tellsAll ? digest('sha384', `DI|${uniqueKey}|${mid}`) : null,
    certifiedAt: Math.floor(now.getTime() / 1000),
  };
}

function digest(algorithm: string, text: string): string {
  return createHash(algorithm).update(text).digest('base64');
}
