import type { ConnectionOptions } from '../connection.ts';
import type { Day } from '../days.ts';

export interface ReconcileOptions extends ConnectionOptions {
  readonly gateway: string;
  readonly date: Day;
  readonly file?: string;
}
