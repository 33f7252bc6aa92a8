import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { AmountsByCurrency, ConsoleSettings } from '../../core/members/console-settings.ts';
import { memberRoles } from '../../core/members/permissions.ts';
import { mainStoreOf } from '../../core/merchants/sub-stores.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { isKnownCurrency, knownCurrencies, readAmount } from '../../platform/money/currency.ts';
import { BooleanField, ObjectField, StringListField } from '../foundation/fields.ts';
import { actorOf } from '../foundation/member-entrance.ts';
import { defineRoute } from '../foundation/route.ts';
import { ConsoleSettingsView, viewConsoleSettings } from '../views/console-settings.ts';
import { operatorHeaders, requireOperator } from './operator.ts';

const reasonsMax = 50;
const reasonLengthMax = 100;

/** Who has to be asked before a member's refund, and what for refunds are. */
export function consoleSettingsRoutes(app: FastifyInstance, services: Services): void {
  const { consoleSettings } = services;

  defineRoute(app, {
    method: 'GET',
    url: '/console-settings',
    operationId: 'getConsoleSettings',
    tag: 'members',
    summary: "The merchant's settings for the console. They are the same for its sub-stores.",
    response: ConsoleSettingsView,
    refusals: [],
    authenticate: true,
    handler: async ({ merchant }) => viewConsoleSettings(await consoleSettings.read(mainStoreOf(merchant))),
  });

  defineRoute(app, {
    method: 'PUT',
    url: '/console-settings',
    operationId: 'changeConsoleSettings',
    tag: 'members',
    summary: 'Changes them; what is left out stays as it is.',
    description:
      'Amounts are by currency: `{"KRW": 100000}`. An empty text or an empty object as approval_above: nobody is asked.',
    body: Type.Object({
      approval_above: Type.Optional(
        ObjectField({ description: 'A cancellation by a member of more than that waits for a second person.' }),
      ),
      ceilings: Type.Optional(ObjectField({ description: 'By role, the same: `{"operator": {"KRW": 50000}}`.' })),
      reasons: Type.Optional(
        StringListField({
          description: `What members choose from, at most ${reasonsMax}.`,
          maxLength: reasonLengthMax,
        }),
      ),
      second_factor_required: Type.Optional(
        BooleanField({ description: 'Members without a second factor can do nothing but enrol one, from now on.' }),
      ),
      step_up: Type.Optional(
        BooleanField({
          description: 'Refunds, approvals, keys and members need a proof of the last five minutes, from now on.',
        }),
      ),
    }),
    headers: operatorHeaders,
    response: ConsoleSettingsView,
    refusals: ['operator_required', 'parameter_invalid', 'amount_invalid'],
    authenticate: true,
    permission: 'members',
    ignoresTier: true,
    example: { body: { approval_above: { KRW: 100_000 }, ceilings: { operator: { KRW: 50_000 } } } },
    async handler({ body, merchant, member, request, audit }) {
      await requireOperator(services, merchant, request);
      const { before, after } = await consoleSettings.change(
        merchant.id,
        {
          ...(body.approval_above === undefined
            ? {}
            : { approvalAbove: readLimits('approval_above', body.approval_above) }),
          ...(body.ceilings === undefined ? {} : { ceilings: readCeilings(body.ceilings) }),
          ...(body.reasons === undefined ? {} : { reasons: readReasons(body.reasons) }),
          ...(body.second_factor_required === undefined ? {} : { secondFactorRequired: body.second_factor_required }),
          ...(body.step_up === undefined ? {} : { stepUp: body.step_up }),
        },
        actorOf({ member }, 'API'),
      );
      audit({ before: viewConsoleSettings(before), after: viewConsoleSettings(after) });
      return viewConsoleSettings(after);
    },
  });
}

/** None at all is no limit; a limit in one currency is one in all others, too. */
function readLimits(name: string, amounts: object): AmountsByCurrency | null {
  const entries = Object.entries(amounts).filter(([, amount]) => amount !== null && amount !== '');
  if (entries.length === 0) return null;
  return Object.fromEntries(
    entries.map(([currency, amount]) => {
      if (!isKnownCurrency(currency)) {
        throw new Refusal('parameter_invalid', { name, expected: knownCurrencies.join(', ') });
      }
      const read = readAmount(amount, currency);
      if (!read.ok) throw new Refusal('amount_invalid', { name: `${name}.${currency}`, problem: '금액이 아닙니다' });
      return [currency, read.minor];
    }),
  );
}

function readCeilings(ceilings: object): ConsoleSettings['ceilings'] {
  return Object.fromEntries(
    Object.entries(ceilings).flatMap(([role, amounts]) => {
      if (!memberRoles.some((each) => each === role) || typeof amounts !== 'object' || amounts === null) {
        throw new Refusal('parameter_invalid', { name: 'ceilings', expected: memberRoles.join(', ') });
      }
      const limits = readLimits(`ceilings.${role}`, amounts as object);
      return limits ? [[role, limits]] : [];
    }),
  );
}

function readReasons(reasons: readonly string[]): readonly string[] {
  const read = [...new Set(reasons.map((reason) => reason.trim()))].filter((reason) => reason !== '');
  if (read.length > reasonsMax) {
    throw new Refusal('parameter_invalid', { name: 'reasons', expected: `최대 ${reasonsMax}개` });
  }
  return read;
}
