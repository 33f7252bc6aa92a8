import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Member } from '../../core/members/member.ts';
import {
  changeView,
  deleteView,
  listNames,
  listViews,
  makeView,
  savedViewsMax,
  type Viewer,
  type ViewWish,
} from '../../core/saved-views/saved-views.ts';
import type { Services } from '../../core/services.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { ChoiceField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import { SavedViewListView, SavedViewView, viewSavedView } from '../views/saved-view.ts';

const fields = {
  name: Type.String({ maxLength: 60 }),
  query: Type.Optional(
    Type.String({
      maxLength: 4000,
      description: "The query of the list's address, with or without its `?`. Without one: the whole list.",
    }),
  ),
  shared: Type.Optional(
    Type.Boolean({ description: 'Default: true of what a program makes, false of what a member makes.' }),
  ),
};
const example = { body: { name: '어제의 실패', query: 'status=failed', shared: true } };

/** Filters of lists under a name: a member's own, and those that all share. */
export function savedViewRoutes(app: FastifyInstance, services: Services): void {
  const { database, clock } = services;

  defineRoute(app, {
    method: 'GET',
    url: '/saved-views',
    operationId: 'listSavedViews',
    tag: 'saved views',
    summary: 'The saved views that the caller may use: own ones, then shared ones.',
    description: 'Whoever calls with a token sees the shared ones.',
    response: SavedViewListView,
    refusals: [],
    authenticate: true,
    handler: async (context) => ({
      list: (await listViews(database, context.merchant.id, viewerOf(context))).map(viewSavedView),
    }),
  });

  defineRoute(app, {
    method: 'POST',
    url: '/saved-views',
    operationId: 'makeSavedView',
    tag: 'saved views',
    summary: 'Gives a filter of a list a name.',
    description: `A merchant has ${savedViewsMax} at most.`,
    body: Type.Object({ list: Type.Optional(ChoiceField(listNames)), ...fields }),
    response: SavedViewView,
    refusals: ['saved_view_name_taken', 'saved_views_full', 'parameter_missing'],
    authenticate: true,
    // A filter is no more than a way to look.
    permission: 'read',
    example,
    async handler(context) {
      const { body, merchant } = context;
      const viewer = viewerOf(context);
      const list = body.list ?? 'payments';
      return viewSavedView(await makeView(database, merchant.id, viewer, list, wishOf(body, viewer), clock.now()));
    },
  });

  defineRoute(app, {
    method: 'PUT',
    url: '/saved-views/:id',
    operationId: 'changeSavedView',
    tag: 'saved views',
    summary: 'Gives a saved view another name, filter, or whether it is shared.',
    params: Type.Object({ id: Type.String() }),
    body: Type.Object(fields),
    response: SavedViewView,
    refusals: ['saved_view_not_found', 'saved_view_not_own', 'saved_view_name_taken', 'parameter_missing'],
    authenticate: true,
    // A filter is no more than a way to look.
    permission: 'read',
    example,
    async handler(context) {
      const { body, params, merchant } = context;
      const viewer = viewerOf(context);
      const wish = wishOf(body, viewer);
      return viewSavedView(await changeView(database, merchant.id, viewer, readId(params.id), wish, clock.now()));
    },
  });

  defineRoute(app, {
    method: 'DELETE',
    url: '/saved-views/:id',
    operationId: 'deleteSavedView',
    tag: 'saved views',
    summary: 'Deletes a saved view, and answers what it was.',
    params: Type.Object({ id: Type.String() }),
    response: SavedViewView,
    refusals: ['saved_view_not_found', 'saved_view_not_own'],
    authenticate: true,
    // A filter is no more than a way to look.
    permission: 'read',
    handler: async (context) =>
      viewSavedView(await deleteView(database, context.merchant.id, viewerOf(context), readId(context.params.id))),
  });
}

const program: Viewer = { memberId: null, name: 'API', mayChangeAll: true };

function viewerOf({ member }: { readonly member: Member | undefined }): Viewer {
  if (!member) return program;
  return { memberId: member.id, name: member.email, mayChangeAll: member.permissions.includes('settings') };
}

function wishOf(
  { name, query, shared }: { readonly name: string; readonly query?: string; readonly shared?: boolean },
  { memberId }: Viewer,
): ViewWish {
  const trimmed = name.trim();
  if (trimmed === '') throw new Refusal('parameter_missing', { name: 'name' });
  return { name: trimmed, query: (query ?? '').replace(/^\?/, ''), isShared: memberId === null || shared === true };
}

function readId(id: string): bigint {
  if (!/^\d{1,18}$/.test(id)) throw new Refusal('saved_view_not_found');
  return BigInt(id);
}
