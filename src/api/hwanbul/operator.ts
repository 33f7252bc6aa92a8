import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Merchant } from '../../core/merchants/merchants.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';

/** For the description of what only an operator may do. */
export const operatorHeaders = Type.Object({
  'X-Hwanbul-Operator-Secret': Type.Optional(
    Type.String({
      description: "In live mode, with a token: `operator_secret` of the merchant's entry in MERCHANTS_FILE.",
    }),
  ),
});

/**
 * A shop's own keys are in its programs; saying what became of money, and who may use the console, is for a person who has been given
 * the right to. A member has been: the route has looked at the permission.
 */
export async function requireOperator(
  { merchants, asksForOperator }: Services,
  merchant: Merchant,
  { headers, member }: FastifyRequest,
): Promise<void> {
  if (!asksForOperator || member) return;
  const secret = headers['x-hwanbul-operator-secret'];
  if (typeof secret !== 'string' || !(await merchants.isOperator(merchant.id, secret))) {
    throw new Refusal('operator_required');
  }
}
