import { Type } from 'typebox';
import { listNames, type SavedView } from '../../core/saved-views/saved-views.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import type { Answer } from '../foundation/answer.ts';
import { ChoiceField } from '../foundation/fields.ts';
import { UnixTime } from './fields.ts';

export const SavedViewView = Type.Object({
  saved_view_id: Type.String(),
  list: ChoiceField(listNames),
  name: Type.String(),
  query: Type.String({ description: "The query of the list's address, such as `status=paid&pg_provider=kcp`." }),
  shared: Type.Boolean({ description: 'False: only who made it sees it.' }),
  made_by: Type.String(),
  made_at: UnixTime,
  changed_at: UnixTime,
});

export const SavedViewListView = Type.Object({ list: Type.Array(SavedViewView) });

export type SavedViewAnswer = Answer<typeof SavedViewView>;
export type SavedViewListAnswer = Answer<typeof SavedViewListView>;

export function viewSavedView(saved: SavedView): SavedViewAnswer {
  return {
    saved_view_id: String(saved.id),
    list: saved.list,
    name: saved.name,
    query: saved.query,
    shared: saved.member_id === null,
    made_by: saved.made_by,
    made_at: unixSeconds(saved.made_at),
    changed_at: unixSeconds(saved.changed_at),
  };
}
