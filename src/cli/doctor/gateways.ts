import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls, type PeerCertificate } from 'node:tls';
import { text } from '../../platform/language/text.ts';
import { type Settings, SettingsError } from '../../platform/settings/settings.ts';
import { type Finding, good, toFix, toKnow } from './finding.ts';

const limitMs = 5_000;
const atOnce = 8;
/** A certificate that ends sooner than this is told. */
const soonDays = 14;
const dayMs = 24 * 60 * 60 * 1000;

/**
 * Whether this machine gets through to each gateway's host of MERCHANTS_FILE, and believes its certificate: a connection is opened and
 * closed, and nothing is sent over it.
 */
export async function checkGateways({ merchantsFile }: Pick<Settings, 'merchantsFile'>): Promise<readonly Finding[]> {
  if (merchantsFile === undefined) return [];
  const { summarizeMerchantsFile } = await import('../../start/merchants-file/read.ts');
  let origins: readonly string[];
  try {
    const channels = await summarizeMerchantsFile(merchantsFile);
    origins = [...new Set(channels.map(({ baseUrl }) => new URL(baseUrl).origin))].sort();
  } catch (error) {
    // Told by the check of the file.
    if (error instanceof SettingsError) return [];
    throw error;
  }
  const findings: Finding[] = [];
  for (let from = 0; from < origins.length; from += atOnce) {
    findings.push(...(await Promise.all(origins.slice(from, from + atOnce).map(checkOrigin))));
  }
  return findings;
}

async function checkOrigin(origin: string): Promise<Finding> {
  const { protocol, hostname, port, host } = new URL(origin);
  const name = hostname.replace(/^\[|\]$/g, '');
  try {
    if (protocol === 'http:') {
      await connected(connectPlain({ host: name, port: Number(port || 80) }), 'connect', () => {});
      return toKnow('gateway', text(`${host} takes connections, without TLS`, `${host} 연결됨(TLS 없음)`));
    }
    // An address has no name that could be told to the server.
    const servername = isIP(name) === 0 ? name : '';
    const socket = connectTls({ host: name, port: Number(port || 443), servername });
    return await connected(socket, 'secureConnect', () =>
      ofCertificate(host, socket.getProtocol() ?? 'TLS', socket.getPeerCertificate()),
    );
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code || message;
    return toFix('gateway', `${host}: ${reason}`, isOfCertificate(reason) ? aboutCertificate : aboutNetwork);
  }
}

const aboutCertificate = text(
  'Its certificate is not believed, and every request would be gateway_unreachable. If something in between has a CA of its own, name its file in NODE_EXTRA_CA_CERTS.',
  '인증서를 신뢰할 수 없어 모든 요청이 gateway_unreachable이 됩니다. 중간에 자체 CA를 쓰는 장비가 있다면 그 파일을 NODE_EXTRA_CA_CERTS로 지정하세요.',
);
const aboutNetwork = text(
  'No connection: every request would be gateway_unreachable. Look at name, route and firewall; many gateways let in registered addresses only.',
  '연결되지 않아 모든 요청이 gateway_unreachable이 됩니다. 이름, 경로, 방화벽을 확인하세요. 등록된 IP만 허용하는 PG사가 많습니다.',
);

/** OpenSSL's reasons, as Node names them. */
function isOfCertificate(reason: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO|ERR_TLS|ERR_SSL/.test(reason);
}

function ofCertificate(host: string, protocol: string, { issuer, valid_to }: PeerCertificate): Finding {
  const until = new Date(valid_to);
  const daysLeft = Math.floor((until.getTime() - Date.now()) / dayMs);
  const by = [issuer?.O ?? issuer?.CN ?? '?'].flat().join(', ');
  const found = text(
    `${host}: ${protocol}, certificate of ${by}, ${daysLeft} days left; nothing was sent`,
    `${host}: ${protocol}, ${by}의 인증서, ${daysLeft}일 남음. 아무것도 보내지 않음`,
  );
  return daysLeft < soonDays ? toKnow('gateway', found) : good('gateway', found);
}

/** What is to be seen of a connection when it is there; then it is ended. */
function connected<T>(socket: Socket, event: string, look: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    socket.setTimeout(limitMs, () => socket.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })));
    socket.once('error', reject);
    socket.once(event, () => {
      resolve(look());
      socket.end(() => socket.destroy());
    });
  });
}
