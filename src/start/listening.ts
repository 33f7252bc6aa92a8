import { createServer } from 'node:net';
import { type Settings, SettingsError } from '../platform/settings/settings.ts';

/** An address and a port, and the settings that say which. */
export interface ListenSettings extends Pick<Settings, 'host' | 'port'> {
  readonly names?: { readonly host: string; readonly port: string };
}

/**
 * Looks whether the server could listen, before anything is made for it. Somebody may still take the port until it does.
 * @throws SettingsError
 */
export async function assertCanListen(settings: ListenSettings): Promise<void> {
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject);
      probe.listen({ host: settings.host, port: settings.port, exclusive: true }, resolve);
    });
  } catch (error) {
    throw new SettingsError(whyNotListening(error, settings) ?? `Can't listen: ${(error as Error).message}`);
  }
  await new Promise((resolve) => probe.close(resolve));
}

/** What to do about an address that can't be listened on; `undefined`: the error is about something else. */
export function whyNotListening(
  error: unknown,
  { host, port, names = { host: 'HOST', port: 'PORT' } }: ListenSettings,
): string | undefined {
  const { code, syscall, hostname } = error as NodeJS.ErrnoException & { readonly hostname?: string };
  if (syscall === 'getaddrinfo' && hostname === host) {
    return `${names.host} ${host} is the name of no address (${code}): set ${names.host} to an address of this machine.`;
  }
  if (syscall !== 'listen') return undefined;
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is taken: stop the program that has it, or set ${names.port}.`;
    case 'EACCES':
    case 'EPERM':
      return `This user may not listen on port ${port} (${code}): set ${names.port} to one above 1023.`;
    case 'EADDRNOTAVAIL':
      return `${names.host} ${host} is no address of this machine (${code}): set ${names.host} to one, such as 127.0.0.1 or 0.0.0.0.`;
    default:
      return `Can't listen on ${host}, port ${port} (${code}): set ${names.host} and ${names.port}.`;
  }
}
