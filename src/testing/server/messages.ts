/** What the program of the test sends once, as soon as the server's process runs. */
export interface StartOrder {
  /** Folder for what test runs share; `undefined`: in the user's cache. */
  readonly dataDir: string | undefined;
  /** A PostgreSQL to make the database in; `undefined`: the shared one. */
  readonly databaseUrl: string | undefined;
  /** Settings of the server by their names in the environment. */
  readonly settings: Readonly<Record<string, string>>;
  /** How long the shared PostgreSQL stays when nobody uses it any more. */
  readonly lingerMs: number;
  readonly limitMs: number;
}

/** What comes back, once. */
export type StartReport =
  | { readonly kind: 'ready'; readonly url: string }
  /** One line that says what to do. */
  | { readonly kind: 'failed'; readonly reason: string };
