/** One setting as a person meets it: in `--help`, and in the documents that are generated from this table. */
export interface SettingEntry {
  readonly name: string;
  /** As it would be written in the environment; `undefined`: unset. */
  readonly default: string | undefined;
  readonly meaning: string;
  /** It may stand in a file, which a variable of the same name with `_FILE` at its end names. */
  readonly isSecret?: true;
}

const entries = [
  { name: 'PORT', default: '8410', meaning: 'Port to listen on. 0 takes any free port.' },
  { name: 'HOST', default: '127.0.0.1', meaning: 'Address to listen on.' },
  { name: 'DATA_DIR', default: './data', meaning: 'Folder for the embedded database and the sandbox encryption key.' },
  {
    name: 'DATABASE_URL',
    isSecret: true,
    default: undefined,
    meaning: 'PostgreSQL to use, as postgres://user:password@host:port/name. Unset: an embedded one in DATA_DIR.',
  },
  { name: 'LOG_LEVEL', default: 'info', meaning: 'fatal, error, warn, info, debug, trace or silent.' },
  {
    name: 'LOG_FORMAT',
    default: 'auto',
    meaning: 'json (an object per line), pretty (for people), or auto: pretty on a terminal, else json.',
  },
  { name: 'HWANBUL_MODE', default: 'sandbox', meaning: 'sandbox (simulated gateways) or live (real ones).' },
  {
    name: 'ENCRYPTION_KEY',
    isSecret: true,
    default: undefined,
    meaning: '32 bytes as base64 or as 64 hex digits. Required in live mode; a sandbox makes one in DATA_DIR.',
  },
  {
    name: 'ENCRYPTION_KEY_PREVIOUS',
    isSecret: true,
    default: undefined,
    meaning:
      'Keys that were ENCRYPTION_KEY before, with commas between: what they have encrypted is read, until hwanbul ' +
      'rotate-key has encrypted it anew.',
  },
  {
    name: 'MERCHANTS_FILE',
    default: undefined,
    meaning:
      'File with the merchants and their channels, read at the start and on SIGHUP. Required in live mode, refused in a sandbox.',
  },
  {
    name: 'HWANBUL_DATABASE_POOL_SIZE',
    default: '10',
    meaning: 'Connections to the database, 2 to 200; one more shows that the process lives, and one answers probes.',
  },
  {
    name: 'HWANBUL_DATABASE_POOLER',
    default: 'none',
    meaning:
      'transaction: between this server and PostgreSQL stands PgBouncer (or its like) in transaction mode, which keeps ' +
      'nothing of a session. none or transaction.',
  },
  {
    name: 'HWANBUL_DATABASE_WAIT_MS',
    default: '30000',
    meaning: "How long a start waits for a database at DATABASE_URL that can't be reached, or not be written to, yet.",
  },
  {
    name: 'HWANBUL_UNFLUSHED_DATABASE',
    default: 'refuse',
    meaning:
      'For tests: accept lets live mode start on a PostgreSQL that has fsync or synchronous_commit off, and may forget a ' +
      'refund. refuse or accept.',
  },
  {
    name: 'HWANBUL_MIGRATE',
    default: 'on',
    meaning:
      'off: a start changes nothing of the database and is refused while migrations are missing, which hwanbul migrate ' +
      'applies. on or off.',
  },
  {
    name: 'HWANBUL_PROCESSES',
    default: '1',
    meaning:
      'Processes that answer requests on the one port, 1 to 64. With several, one more holds what there is once: the ' +
      'embedded database and the simulators. Each has a pool of its own.',
  },
  {
    name: 'HWANBUL_REQUESTS_MAX',
    default: '5000',
    meaning: 'Requests that a process works on at once; one more is refused with 503 before anything is done for it.',
  },
  {
    name: 'HWANBUL_REQUESTS_PER_MERCHANT_MAX',
    default: '3000',
    meaning: 'The same of one merchant, refused with 429.',
  },
  {
    name: 'HWANBUL_METRICS_PORT',
    default: undefined,
    meaning:
      'Port of its own for Prometheus (/metrics) and for probes (/live, /ready). 0 takes any free port. Unset: there are no metrics.',
  },
  {
    name: 'HWANBUL_METRICS_HOST',
    default: '127.0.0.1',
    meaning: 'Address to listen on for it. Nobody is asked who he is there: let only Prometheus and probes reach it.',
  },
  {
    name: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    default: undefined,
    meaning:
      'Where traces are sent by OpenTelemetry (OTLP over HTTP, protobuf), such as http://127.0.0.1:4318. Unset: none are ' +
      'made. docs/monitoring.md lists the other variables of OpenTelemetry that count.',
  },
  {
    name: 'OTEL_TRACES_EXPORTER',
    default: undefined,
    meaning: 'otlp, or none: no traces in spite of an endpoint.',
  },
  {
    name: 'OTEL_TRACES_SAMPLER',
    default: 'parentbased_always_on',
    meaning:
      'Which traces are kept: always_on, always_off, traceidratio, and each with parentbased_ before it, which does as the ' +
      'caller does, where that traces.',
  },
  {
    name: 'OTEL_TRACES_SAMPLER_ARG',
    default: '1',
    meaning: 'How many of all, 0 to 1, for a sampler by ratio.',
  },
  {
    name: 'HWANBUL_TURN_WAIT_MS',
    default: '10000',
    meaning: 'How long a cancellation waits for its turn at one payment before it is refused as busy.',
  },
  {
    name: 'HWANBUL_REQUEST_DEADLINE_MS',
    default: '30000',
    meaning: 'Longest time until a caller has an answer, asking the gateway about a doubt included.',
  },
  {
    name: 'HWANBUL_GATEWAY_TIMEOUT_MS',
    default: '20000',
    meaning: 'Longest time for one gateway call. Must be below HWANBUL_REQUEST_DEADLINE_MS.',
  },
  { name: 'HWANBUL_RECOVERY_INTERVAL_MS', default: '1000', meaning: 'Pause between two looks for work to recover.' },
  {
    name: 'HWANBUL_NOT_DONE_IS_FINAL_AFTER_MS',
    default: '600000',
    meaning: 'How long after sending a gateway\'s "not done" may still change and is not yet believed.',
  },
  {
    name: 'HWANBUL_LAME_DUCK_MS',
    default: '0',
    meaning:
      'How long a server that is told to stop goes on as before while /ready says no, so that balancers send nothing more.',
  },
  { name: 'HWANBUL_DRAIN_TIMEOUT_MS', default: '35000', meaning: 'How long a stop waits for requests in flight.' },
  {
    name: 'HWANBUL_STRICT_SANDBOX_LOOKUP',
    default: 'false',
    meaning: 'true: looking up payments of the sandbox is as narrow as on the real server. true or false.',
  },
  {
    name: 'HWANBUL_ALLOWED_HOSTS',
    default: undefined,
    meaning:
      'Names under which this sandbox may be called besides localhost and IP addresses, such as those of containers: ' +
      'hwanbul,host.docker.internal. Sandbox only.',
  },
  {
    name: 'HWANBUL_PUBLIC_URL',
    default: undefined,
    meaning: 'Where gateways reach this server, such as https://pay.example.com: they send their notices there.',
  },
  {
    name: 'HWANBUL_OIDC_ISSUER',
    default: undefined,
    meaning:
      "The company's own sign-in (OpenID Connect), such as https://accounts.example.com: members may come into the console by it.",
  },
  { name: 'HWANBUL_OIDC_CLIENT_ID', default: undefined, meaning: 'What this server is called there.' },
  {
    name: 'HWANBUL_OIDC_CLIENT_SECRET',
    isSecret: true,
    default: undefined,
    meaning: 'The secret that goes with it.',
  },
  { name: 'HWANBUL_OIDC_NAME', default: 'SSO', meaning: "The name of the company's sign-in on the sign-in page." },
  {
    name: 'HWANBUL_TRUSTED_PROXIES',
    default: undefined,
    meaning: 'Proxies in front of this server, whose X-Forwarded-For is believed: 10.0.0.1,192.168.0.0/16.',
  },
  {
    name: 'HWANBUL_NOTICE_SENDERS',
    default: undefined,
    meaning:
      'Addresses that gateways send unsigned notices from, besides those that docs/gateways.md lists: ' +
      'kicc=203.0.113.5,kicc=203.0.113.6.',
  },
  {
    name: 'HWANBUL_SIMULATORS',
    default: undefined,
    meaning:
      'Simulators that already run, as provider=http://127.0.0.1:9001 with commas between. Sandbox only. ' +
      'Unset: they start inside the server.',
  },
  {
    name: 'HWANBUL_WEBHOOK_CONNECT_LIMIT_MS',
    default: '10000',
    meaning: 'Longest wait for a connection on the first try of a webhook.',
  },
  {
    name: 'HWANBUL_WEBHOOK_READ_LIMIT_MS',
    default: '30000',
    meaning: 'Longest wait for the whole answer after that.',
  },
  {
    name: 'HWANBUL_WEBHOOK_REPEAT_LIMIT_MS',
    default: '15000',
    meaning: 'Longest time in all for a repeat of a webhook, and for one that is sent again by hand.',
  },
  {
    name: 'HWANBUL_WEBHOOK_RETRY_PAUSE_MS',
    default: '60000',
    meaning: 'Pause before a webhook is repeated, for merchants with webhook_retry.',
  },
  {
    name: 'HWANBUL_KEEP_IDEMPOTENCY_KEYS_DAYS',
    default: '15',
    meaning:
      'How long an Idempotency-Key is known, at least 15 days. That of a doubt is known until the doubt has ended.',
  },
  {
    name: 'HWANBUL_KEEP_WEBHOOKS_DAYS',
    default: undefined,
    meaning: 'How long webhooks that were delivered are kept, with their attempts. Unset: for ever.',
  },
  {
    name: 'HWANBUL_KEEP_FAILED_WEBHOOKS_DAYS',
    default: undefined,
    meaning: 'The same of those that were given up, and can be sent again until then.',
  },
  {
    name: 'HWANBUL_KEEP_NOTICES_DAYS',
    default: undefined,
    meaning:
      "How long gateways' notices are kept that were applied and can't move anything a second time, at least 90 days. " +
      'Unset: for ever.',
  },
  {
    name: 'HWANBUL_KEEP_AUDIT_MONTHS',
    default: undefined,
    meaning:
      'How many whole months the audit of operations holds besides the current one; an older month becomes a table of ' +
      'its own, and is never deleted. Unset: all of them.',
  },
  {
    name: 'HWANBUL_SEED_FILE',
    default: undefined,
    meaning: 'YAML or JSON file of merchants, channels and payments that are made at the start. Sandbox only.',
  },
  {
    name: 'HWANBUL_CRASH_POINT',
    default: undefined,
    meaning:
      'For tests, sandbox only: a crash point to arm, as name, name:n (n-th passage), name:together=n or name:delay=ms.',
  },
] as const satisfies readonly SettingEntry[];

export type SettingName = (typeof entries)[number]['name'];

export const settingsTable: readonly SettingEntry[] = Object.freeze(entries);

export const secretSettings: readonly SettingName[] = Object.freeze(
  entries.filter((entry) => 'isSecret' in entry).map(({ name }) => name),
);
