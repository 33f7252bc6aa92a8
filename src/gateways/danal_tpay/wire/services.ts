import type { GatewayChannel } from '../../../port/call.ts';

/**
 * Danal runs each pay method as a service of its own: its own host and path, its own key, and its own IV. The IVs are
 * constants of Danal's sample code, the same for every merchant.
 */
export interface DanalService {
  readonly name: 'card' | 'transfer' | 'virtualAccount';
  /** `SERVICETYPE` of a request. */
  readonly serviceType: string;
  readonly liveHost: string;
  readonly path: string;
  readonly iv: Buffer;
  /** The credential that holds this service's CRYPTOKEY. */
  readonly keyName: 'cryptoKey' | 'transferCryptoKey' | 'virtualAccountCryptoKey';
}

const service = (parts: Omit<DanalService, 'iv'> & { readonly iv: string }): DanalService =>
  Object.freeze({ ...parts, iv: Buffer.from(parts.iv, 'hex') });

export const cardService = service({
  name: 'card',
  serviceType: 'DANALCARD',
  liveHost: 'https://tx-creditcard.danalpay.com',
  path: '/credit/',
  iv: 'd7d02c92cb930b661f107cb92690fc83',
  keyName: 'cryptoKey',
});

export const transferService = service({
  name: 'transfer',
  serviceType: 'WIRETRANSFER',
  liveHost: 'https://tx-wiretransfer.danalpay.com',
  path: '/bank/',
  iv: '31363032313523404542616e6b456e63',
  keyName: 'transferCryptoKey',
});

export const virtualAccountService = service({
  name: 'virtualAccount',
  serviceType: 'DANALVACCOUNT',
  liveHost: 'https://tx-vaccount.danalpay.com',
  path: '/vaccount/',
  iv: '45b913a44d61353d20402a2518de592a',
  keyName: 'virtualAccountCryptoKey',
});

/**
 * A live channel's base URL is the host of the card service, and stands for all three hosts; a sandbox has all paths
 * below one host.
 */
export function serviceUrl(service: DanalService, { baseUrl }: Pick<GatewayChannel, 'baseUrl'>): string {
  return (baseUrl === cardService.liveHost ? service.liveHost : baseUrl) + service.path;
}

export function serviceKey(service: DanalService, credentials: Readonly<Record<string, string>>): Buffer {
  return Buffer.from(credentials[service.keyName] ?? '', 'hex');
}
