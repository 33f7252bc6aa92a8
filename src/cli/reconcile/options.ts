import type { ConnectionOptions } from '../connection.ts';
import type { Day } from '../days.ts';

export interface ReconcileOptions extends ConnectionOptions {
  readonly gateway: string;
  readonly date: Day;
  readonly file?: string;
  readonly adopt?: boolean;
  readonly by?: string;
  readonly reason?: string;
  readonly orders?: string;
  readonly yes?: boolean;
}
