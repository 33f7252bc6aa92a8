import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { cards, presentCardCode } from '../../platform/codes/cards.ts';
import { defineRoute } from '../foundation/route.ts';
import { StandardCodeListView, StandardCodeView } from '../views/standard-code.ts';
import { standardCode, standardCodes } from './standard-code.ts';

export function cardRoutes(app: FastifyInstance): void {
  defineRoute(app, {
    method: 'GET',
    url: '/cards',
    operationId: 'allCardCodes',
    tag: 'codes',
    summary: 'Card companies by the codes that a payment has in card_code.',
    response: StandardCodeListView,
    refusals: [],
    neverAnswers: { 404: 'the list is never empty' },
    authenticate: true,
    isForPages: true,
    handler: async () => standardCodes(cards),
  });

  defineRoute(app, {
    method: 'GET',
    url: '/cards/:card_standard_code',
    operationId: 'cardCodes',
    tag: 'codes',
    summary: 'One card company by its code; the letters that foreign ones had before are taken, too.',
    params: Type.Object({ card_standard_code: Type.String() }),
    response: StandardCodeView,
    refusals: ['standard_code_not_found'],
    authenticate: true,
    isForPages: true,
    handler: async ({ params }) => standardCode(cards, presentCardCode(params.card_standard_code)),
  });
}
