import pg from 'pg';

/** One server of those that a connection string names. */
interface Host {
  readonly host: string;
  readonly port: number;
}

/** A connection string of PostgreSQL's, as far as the driver does not read it itself. */
export interface DatabaseAddress {
  /** For the driver: with one host. */
  readonly url: string;
  /** More than one, or one that has to be writable: a connection then goes to the one that is. `undefined`: there is nothing to choose. */
  readonly hosts: readonly Host[] | undefined;
}

const defaultPort = 5432;
const parts = /^(postgres(?:ql)?:\/\/(?:[^/?#@]*@)?)([^/?#@]*)(.*)$/;
const choices = ['any', 'read-write', 'primary'];

/** `postgres://user:password@one:5432,two:5432/name?target_session_attrs=read-write`, as libpq takes it. */
export function readDatabaseAddress(value: string): DatabaseAddress {
  const [, start = '', list = '', rest = ''] = parts.exec(value) ?? [];
  const named = list.split(',');
  const url = new URL(`${start}${named[0] ?? ''}${rest}`);
  const wanted = url.searchParams.get('target_session_attrs');
  if (named.length === 1 && (wanted === null || wanted === 'any')) {
    if (wanted === null) return { url: value, hosts: undefined };
    url.searchParams.delete('target_session_attrs');
    return { url: url.href, hosts: undefined };
  }
  url.searchParams.delete('target_session_attrs');
  return { url: url.href, hosts: named.map(readHostAndPort) };
}

/** What is wrong with it, without quoting it; `undefined`: nothing. */
export function problemOfDatabaseUrl(value: string): string | undefined {
  const [, start = '', list = '', rest = ''] = parts.exec(value) ?? [];
  const named = list.split(',');
  const first = URL.parse(`${start}${named[0] ?? ''}${rest}`);
  if (start === '' || first === null) {
    return 'must be a URL that begins with postgres:// or postgresql://';
  }
  if (named.length > 1 && !named.every((each) => /^(?:\[[0-9a-f:.]+\]|[^:[\]\s]+)(?::\d{1,5})?$/i.test(each))) {
    return 'must name its hosts as host:port with commas between';
  }
  const wanted = first.searchParams.get('target_session_attrs');
  if (wanted !== null && !choices.includes(wanted))
    return `can have a target_session_attrs of ${choices.join(', ')} only`;
  if (wanted === 'any' && named.length > 1) return 'names several hosts, of which only the writable one is of use';
  return undefined;
}

function readHostAndPort(named: string): Host {
  const [, host = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(named) ?? [];
  return { host: decodeURIComponent(host.replace(/^\[|\]$/g, '')) || 'localhost', port: Number(port ?? defaultPort) };
}

const lookLimitMs = 3_000;
const againAfterMs = 300;

/** None of the hosts can be written to just now: an outage. */
class NoWritableHost extends Error {
  /** PostgreSQL's own for a server that can't be written to. */
  readonly code = '25006';

  constructor(reasons: readonly string[]) {
    super(`none of the database's hosts can be written to (${reasons.join('; ')})`);
    this.name = 'NoWritableHost';
  }
}

/** The driver's client, which goes to the first of the hosts that says it can be written to. All are asked at the same time. */
export function clientOfHosts(hosts: readonly Host[]): typeof pg.Client {
  return class WritableClient extends pg.Client {
    // The pool hands it the settings that a plain client would get; those who look have the same.
    readonly #settings: pg.ClientConfig;

    constructor(settings?: string | pg.ClientConfig) {
      super(settings);
      this.#settings = typeof settings === 'object' ? settings : { connectionString: settings };
    }

    override connect(): Promise<pg.Client>;
    override connect(callback: (error: Error) => void): void;
    override connect(callback?: (error: Error) => void): Promise<pg.Client> | undefined {
      const choosing = writableOf(hosts, this.#settings).then((chosen) => void Object.assign(this, chosen));
      if (callback === undefined) return choosing.then(() => super.connect());
      choosing.then(() => super.connect(callback), callback);
      return undefined;
    }
  } as typeof pg.Client;
}

/**
 * Whoever says no is asked again as long as another one says nothing: the machine that is lost may be the one that says nothing. A
 * password that is refused is tried once: it stays wrong, and who tries again and again may be shut out.
 */
async function writableOf(hosts: readonly Host[], settings: pg.ClientConfig): Promise<Host> {
  let silent = hosts.length;
  let isFound = false;
  async function ask(host: Host): Promise<Host> {
    for (let hasAnswered = false; ; hasAnswered = true) {
      try {
        return await assertWritable(host, settings);
      } catch (error) {
        if (!hasAnswered) silent -= 1;
        if (silent === 0 || isFound || isRefused(error as NodeJS.ErrnoException)) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, againAfterMs));
    }
  }
  try {
    return await Promise.any(hosts.map(ask));
  } catch (error) {
    const failures = error instanceof AggregateError ? (error.errors as NodeJS.ErrnoException[]) : [];
    const refused = failures.find(isRefused);
    if (refused) throw refused;
    throw new NoWritableHost(failures.map(({ message, code }) => message || (code ?? 'unknown')));
  } finally {
    isFound = true;
  }
}

/** The password, the role, or a database of that name: a wrong one stays wrong however long it is waited for. */
function isRefused({ code = '' }: NodeJS.ErrnoException): boolean {
  return /^(?:28|3D)/.test(code);
}

async function assertWritable(at: Host, settings: pg.ClientConfig): Promise<Host> {
  const client = new pg.Client({ ...settings, connectionTimeoutMillis: lookLimitMs, query_timeout: lookLimitMs });
  Object.assign(client, at);
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query('show transaction_read_only');
    if (rows[0]?.transaction_read_only !== 'off') throw new Error(`${at.host}:${at.port} is read-only`);
    return at;
  } finally {
    await client.end().catch(() => {});
  }
}
