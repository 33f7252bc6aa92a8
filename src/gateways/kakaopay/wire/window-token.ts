/**
 * An approval names the TID that the window was opened with, and the `pg_token` that the browser brought back. Both are one token
 * here: `{tid}.{pg_token}`. The form is this project's own.
 */
export interface WindowToken {
  readonly tid: string;
  readonly pgToken: string;
}

export function windowTokenOf({ tid, pgToken }: WindowToken): string {
  return `${tid}.${pgToken}`;
}

export function readWindowToken(token: string): WindowToken | undefined {
  const [, tid, pgToken] = /^([A-Za-z0-9]{1,20})\.([A-Za-z0-9_-]{1,100})$/.exec(token) ?? [];
  return tid !== undefined && pgToken !== undefined ? { tid, pgToken } : undefined;
}
