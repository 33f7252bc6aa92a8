import type { Clock } from '../../platform/clock/clock.ts';
import type { Database } from '../../platform/database/pool.ts';
import { lesserMinor } from '../../platform/money/currency.ts';
import type { MemberRole } from './permissions.ts';

/** Amounts by currency, in its minor unit. */
export type AmountsByCurrency = Readonly<Record<string, bigint>>;

/** What an owner has set for the console of a main store and its sub-stores. */
export interface ConsoleSettings {
  /** A cancellation by a member of more than that waits for a second person; `null`: none does. */
  readonly approvalAbove: AmountsByCurrency | null;
  /** The same, for members of a role alone. */
  readonly ceilings: Readonly<Partial<Record<MemberRole, AmountsByCurrency>>>;
  /** What members choose from when they cancel. */
  readonly reasons: readonly string[];
  /** A member without a second factor can do nothing but enrol one. */
  readonly secondFactorRequired: boolean;
  /** What moves money or gives rights needs a factor that was shown in the last minutes. */
  readonly stepUp: boolean;
}

/** What a store has that has set nothing. */
export const initialConsoleSettings: ConsoleSettings = Object.freeze({
  approvalAbove: null,
  ceilings: Object.freeze({}),
  reasons: Object.freeze(['고객 변심', '상품 품절', '배송 지연', '상품 불량', '중복 결제', '오결제']),
  secondFactorRequired: false,
  stepUp: false,
});

/**
 * So much a member of this role gives back without a second person; `null`: as much as there is. Where there is a limit, a currency that
 * it does not name has none that could be kept to, so that a second person is always asked.
 */
export function mostWithoutApproval(
  { approvalAbove, ceilings }: ConsoleSettings,
  role: MemberRole,
  currency: string,
): bigint | null {
  const limits = [approvalAbove, ceilings[role]].flatMap((each) => (each ? [each[currency] ?? 0n] : []));
  return limits.length === 0 ? null : limits.reduce(lesserMinor);
}

/** Must a second person agree to a member's cancellation of so much? */
export function needsApproval(
  settings: ConsoleSettings,
  role: MemberRole,
  amount: { readonly currency: string; readonly minor: bigint },
): boolean {
  const most = mostWithoutApproval(settings, role, amount.currency);
  return most !== null && amount.minor > most;
}

export interface ConsoleSettingsStore {
  read(merchantId: bigint): Promise<ConsoleSettings>;
  /** Changes what is given. */
  change(
    merchantId: bigint,
    changes: Partial<ConsoleSettings>,
    by: string,
  ): Promise<{ readonly before: ConsoleSettings; readonly after: ConsoleSettings }>;
}

interface SettingsRow {
  readonly approval_above: Readonly<Record<string, string>> | null;
  readonly ceilings: Readonly<Partial<Record<MemberRole, Readonly<Record<string, string>>>>>;
  readonly reasons: readonly string[];
  readonly second_factor_required: boolean;
  readonly step_up: boolean;
}

const columns = 'approval_above, ceilings, reasons, second_factor_required, step_up';

export function createConsoleSettings(parts: {
  readonly database: Database;
  readonly clock: Clock;
}): ConsoleSettingsStore {
  const { database, clock } = parts;
  return {
    async read(merchantId) {
      const [row] = await database.query<SettingsRow>(
        `select ${columns} from console_settings where merchant_id = $1`,
        [merchantId],
      );
      return settingsOf(row);
    },

    change: (merchantId, changes, by) =>
      database.withTransaction(async ({ query }) => {
        const { approvalAbove, ceilings, reasons } = initialConsoleSettings;
        await query(
          `insert into console_settings (merchant_id, approval_above, ceilings, reasons, changed_at, changed_by)
           values ($1, $2, $3, $4, $5, $6) on conflict (merchant_id) do nothing`,
          [merchantId, jsonOf(approvalAbove), jsonOf(ceilings), jsonOf(reasons), clock.now(), by],
        );
        const [before] = await query<SettingsRow>(
          `select ${columns} from console_settings where merchant_id = $1 for update`,
          [merchantId],
        );
        const [after] = await query<SettingsRow>(
          `update console_settings set approval_above = case when $2 then $3::jsonb else approval_above end,
             ceilings = coalesce($4::jsonb, ceilings), reasons = coalesce($5::jsonb, reasons), changed_at = $6, changed_by = $7,
             second_factor_required = coalesce($8, second_factor_required), step_up = coalesce($9, step_up)
           where merchant_id = $1 returning ${columns}`,
          [
            ...[merchantId, changes.approvalAbove !== undefined, jsonOf(changes.approvalAbove ?? null)],
            ...[jsonOf(changes.ceilings ?? null), jsonOf(changes.reasons ?? null), clock.now(), by],
            ...[changes.secondFactorRequired ?? null, changes.stepUp ?? null],
          ],
        );
        return { before: settingsOf(before), after: settingsOf(after) };
      }),
  };
}

function settingsOf(row: SettingsRow | undefined): ConsoleSettings {
  if (!row) return initialConsoleSettings;
  return Object.freeze({
    approvalAbove: row.approval_above && amountsOf(row.approval_above),
    ceilings: Object.fromEntries(Object.entries(row.ceilings).map(([role, amounts]) => [role, amountsOf(amounts)])),
    reasons: row.reasons,
    secondFactorRequired: row.second_factor_required,
    stepUp: row.step_up,
  });
}

function amountsOf(texts: Readonly<Record<string, string>>): AmountsByCurrency {
  return Object.fromEntries(Object.entries(texts).map(([currency, text]) => [currency, BigInt(text)]));
}

function jsonOf(value: object | null): string | null {
  return value && JSON.stringify(value, (_name, each) => (typeof each === 'bigint' ? String(each) : each));
}
