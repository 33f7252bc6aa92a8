/** What one check found. `fix` is there when something is to be done. Holds no secret. */
export interface Finding {
  readonly check: string;
  readonly state: 'good' | 'to_know' | 'to_fix';
  readonly found: string;
  readonly fix: string | null;
}

export function good(check: string, found: string): Finding {
  return { check, state: 'good', found, fix: null };
}

/** Nothing wrong, but worth knowing. */
export function toKnow(check: string, found: string): Finding {
  return { check, state: 'to_know', found, fix: null };
}

export function toFix(check: string, found: string, fix: string): Finding {
  return { check, state: 'to_fix', found, fix };
}
