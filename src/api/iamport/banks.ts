import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { banks } from '../../platform/codes/banks.ts';
import { defineRoute } from '../foundation/route.ts';
import { StandardCodeListView, StandardCodeView } from '../views/standard-code.ts';
import { standardCode, standardCodes } from './standard-code.ts';

export function bankRoutes(app: FastifyInstance): void {
  defineRoute(app, {
    method: 'GET',
    url: '/banks',
    operationId: 'allBankCodes',
    tag: 'codes',
    summary: 'Banks and securities firms by the codes of KFTC, as vbank_code and refund_bank take them.',
    description:
      "Not every gateway knows every one of them: a bank that a gateway does not know is refused. A gateway's own code is taken as well; payments show KFTC's.",
    response: StandardCodeListView,
    refusals: [],
    neverAnswers: { 404: 'the list is never empty' },
    authenticate: true,
    isForPages: true,
    handler: async () => standardCodes(banks),
  });

  defineRoute(app, {
    method: 'GET',
    url: '/banks/:bank_standard_code',
    operationId: 'bankCodes',
    tag: 'codes',
    summary: 'One bank or securities firm by its code.',
    params: Type.Object({ bank_standard_code: Type.String() }),
    response: StandardCodeView,
    refusals: ['standard_code_not_found'],
    authenticate: true,
    isForPages: true,
    handler: async ({ params }) => standardCode(banks, params.bank_standard_code),
  });
}
