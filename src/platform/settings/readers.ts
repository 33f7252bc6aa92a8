import { isIP } from 'node:net';
import { problemOfDatabaseUrl } from '../database/hosts.ts';
import { canonicalAddress } from '../network-address.ts';
import { SettingsError } from './settings-error.ts';

export function readInteger(name: string, value: string, least: number, most: number): number {
  const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new SettingsError(`${name} must be a whole number from ${least} to ${most}, not ${quoted(value)}.`);
}

export function readOneOf<Choice extends string>(name: string, value: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((candidate) => candidate === value);
  if (choice !== undefined) return choice;
  throw new SettingsError(`${name} must be one of ${choices.join(', ')}, not ${quoted(value)}.`);
}

export function readHost(name: string, value: string): string {
  if (isIP(value) !== 0 || /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/i.test(value)) return value;
  throw new SettingsError(`${name} must be an IP address or a host name, not ${quoted(value)}.`);
}

/** `hwanbul,host.docker.internal` → names of hosts. */
export function readHostNames(name: string, value: string | undefined): readonly string[] {
  const names = value === undefined ? [] : value.split(',').map((part) => part.trim());
  for (const each of names) {
    if (!/^[a-z0-9_]([a-z0-9._-]{0,251}[a-z0-9])?$/i.test(each)) {
      throw new SettingsError(
        `${name} must list names of hosts, without ports, with commas between, not ${quoted(each)}.`,
      );
    }
  }
  return Object.freeze(names);
}

/** The value is never quoted back: it may hold a password. */
export function readUrl(name: string, value: string, protocols: readonly string[]): string {
  const url = URL.parse(value);
  if (url !== null && protocols.includes(url.protocol)) return value;
  throw new SettingsError(
    `${name} must be a URL that begins with ${protocols.map((each) => `${each}//`).join(' or ')}.`,
  );
}

/** The value is never quoted back. It may name several hosts. */
export function readDatabaseUrl(name: string, value: string): string {
  const problem = problemOfDatabaseUrl(value);
  if (problem !== undefined) throw new SettingsError(`${name} ${problem}.`);
  return value;
}

/** The value is never quoted back. */
export function readEncryptionKey(name: string, value: string): Buffer {
  if (/^[0-9a-f]{64}$/i.test(value)) return Buffer.from(value, 'hex');
  // Node's base64 decoder skips what it does not understand; only what encodes back to itself was really base64.
  const key = Buffer.from(value, 'base64');
  const unpadded = value.replace(/=+$/, '').replaceAll('-', '+').replaceAll('_', '/');
  if (key.length === 32 && key.toString('base64').replace(/=+$/, '') === unpadded) return key;
  throw new SettingsError(`${name} must be 32 bytes, written as base64 (44 characters) or as 64 hex digits.`);
}

/** Keys with commas between. */
export function readEncryptionKeys(name: string, value: string | undefined): readonly Buffer[] {
  const parts = value === undefined ? [] : value.split(',');
  return Object.freeze(parts.map((part) => readEncryptionKey(`Each key of ${name}`, part.trim())));
}

/** `tosspayments=http://127.0.0.1:9001,galaxia=http://…` → provider → origin. */
export function readSimulators(name: string, value: string | undefined): Readonly<Record<string, string>> {
  const simulators: Record<string, string> = {};
  for (const part of value === undefined ? [] : value.split(',')) {
    const [, provider, address] = /^\s*([a-z0-9_]+)=(\S+)\s*$/.exec(part) ?? [];
    const url = URL.parse(address ?? '');
    if (provider === undefined || url === null || url.protocol !== 'http:' || url.href !== `${url.origin}/`) {
      throw new SettingsError(
        `${name} must read provider=http://127.0.0.1:port with commas between, not ${quoted(part)}.`,
      );
    }
    if (!isLoopback(url.hostname)) {
      throw new SettingsError(`${name} may name loopback addresses only, not ${quoted(url.hostname)}.`);
    }
    if (simulators[provider] !== undefined) throw new SettingsError(`${name} names ${provider} twice.`);
    simulators[provider] = url.origin;
  }
  return Object.freeze(simulators);
}

/** `10.0.0.1,192.168.0.0/16` → addresses and networks. */
export function readAddresses(name: string, value: string | undefined): readonly string[] {
  const addresses = value === undefined ? [] : value.split(',').map((part) => part.trim());
  for (const address of addresses) {
    const [host = '', bits] = address.split('/');
    const family = isIP(host);
    const isNetwork = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 6 ? 128 : 32));
    if (family === 0 || !isNetwork) {
      throw new SettingsError(
        `${name} must list IP addresses or networks with commas between, not ${quoted(address)}.`,
      );
    }
  }
  return Object.freeze(addresses);
}

/** `kicc=203.0.113.5,kicc=203.0.113.6` → who sends notices from where. */
export function readNoticeSenders(
  name: string,
  value: string | undefined,
): readonly { readonly provider: string; readonly address: string }[] {
  const senders = (value === undefined ? [] : value.split(',')).map((part) => {
    const [, provider = '', address = ''] = /^\s*([a-z0-9_]+)=(\S+)\s*$/.exec(part) ?? [];
    if (isIP(address) === 0) {
      throw new SettingsError(`${name} must read provider=address with commas between, not ${quoted(part)}.`);
    }
    return Object.freeze({ provider, address: canonicalAddress(address) });
  });
  return Object.freeze(senders);
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** One line, and short, whatever the environment holds. */
function quoted(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
}
