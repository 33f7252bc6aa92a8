import { Type } from 'typebox';
import type { AmountsByCurrency, ConsoleSettings } from '../../core/members/console-settings.ts';
import { amountNumber } from '../../platform/money/currency.ts';
import type { Answer } from '../foundation/answer.ts';
import { OrNull } from './fields.ts';

const Amounts = Type.Record(Type.String(), Type.Number());

/** What an owner has set for the console. */
export const ConsoleSettingsView = Type.Object({
  approval_above: OrNull(
    Type.Record(Type.String(), Type.Number(), {
      description:
        'By currency: a cancellation by a member of more than that waits for a second person. A currency that is not named always waits. Null: none does.',
    }),
  ),
  ceilings: Type.Record(Type.String(), Amounts, { description: 'The same, by role, for members of that role alone.' }),
  reasons: Type.Array(Type.String(), { description: 'What members choose from when they cancel.' }),
  second_factor_required: Type.Boolean({
    description: 'A member without a second factor can do nothing but enrol one.',
  }),
  step_up: Type.Boolean({
    description:
      'Refunds, approvals, keys and members need a second factor (or the password, without one) that was shown in the last five minutes.',
  }),
});

export type ConsoleSettingsAnswer = Answer<typeof ConsoleSettingsView>;

export function viewConsoleSettings(settings: ConsoleSettings): ConsoleSettingsAnswer {
  return {
    approval_above: settings.approvalAbove && viewAmounts(settings.approvalAbove),
    ceilings: Object.fromEntries(
      Object.entries(settings.ceilings).map(([role, amounts]) => [role, viewAmounts(amounts)]),
    ),
    reasons: settings.reasons,
    second_factor_required: settings.secondFactorRequired,
    step_up: settings.stepUp,
  };
}

function viewAmounts(amounts: AmountsByCurrency): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(amounts).map(([currency, minor]) => [currency, amountNumber(minor, currency)]),
  );
}
