/** What the thread is opened with. */
export interface MonitoringThreadData {
  readonly port: number;
  readonly host: string;
  /** Of `vitalSigns`. */
  readonly signs: SharedArrayBuffer;
  /** Without a pulse for so long, the process hangs. */
  readonly silenceLimitMs: number;
}

/** The database that `/ready` asks. */
export interface ProbedDatabase {
  readonly url: string;
  readonly isPooled: boolean;
}

/** What Prometheus reads. */
export interface Scraped {
  readonly contentType: string;
  readonly text: string;
}

/** What the process says to the thread. `scraped` is absent when the metrics could not be read. */
export type MonitoringOrder =
  | { readonly kind: 'database'; readonly database: ProbedDatabase }
  | { readonly kind: 'scraped'; readonly id: number; readonly scraped: Scraped | undefined }
  | { readonly kind: 'close' };

/** What the thread says to the process. */
export type MonitoringReport =
  | { readonly kind: 'listening'; readonly port: number }
  | { readonly kind: 'scrape'; readonly id: number }
  | { readonly kind: 'warn'; readonly message: string; readonly why: string };
