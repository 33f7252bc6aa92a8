import type { CancellationListAnswer, CancellationSummaryAnswer } from '../../api/views/cancellation.ts';
import type { DoubtListAnswer, DoubtSummaryAnswer } from '../../api/views/doubt.ts';
import type { Api } from '../api.ts';
import { readList } from '../lists.ts';
import { type CancellationState, reservingStates } from './states.ts';

/** All cancellations of one state, newest first, page by page. */
export async function* cancellationsOf(
  api: Api,
  filter: { readonly state?: CancellationState; readonly impUid?: string },
): AsyncGenerator<CancellationSummaryAnswer> {
  let before: string | undefined;
  for (;;) {
    const { list } = await api.get<CancellationListAnswer>('/cancellations', {
      state: filter.state,
      imp_uid: filter.impUid,
      limit: 1000,
      before,
    });
    yield* list;
    before = list.at(-1)?.cancellation_id;
    if (list.length < 1000 || before === undefined) return;
  }
}

export type OpenCancellations = ReadonlyMap<string, readonly CancellationSummaryAnswer[]>;

/** Payment → its cancellations that keep an amount back. Receipts have amounts of their own and are not among them. */
export async function openCancellationsOf(api: Api, impUid?: string): Promise<OpenCancellations> {
  const open = new Map<string, CancellationSummaryAnswer[]>();
  for (const state of reservingStates) {
    for await (const each of cancellationsOf(api, { state, ...(impUid === undefined ? {} : { impUid }) })) {
      if (each.kind === 'revoke_receipt' || !each.reserved || each.imp_uid === null) continue;
      open.set(each.imp_uid, [...(open.get(each.imp_uid) ?? []), each]);
    }
  }
  return open;
}

export type OpenDoubts = ReadonlyMap<string, DoubtSummaryAnswer>;

/** Payment → what of it is in doubt, of whatever kind; until that is settled nothing else can be done with the payment. */
export async function openDoubtsOf(api: Api, impUid?: string): Promise<OpenDoubts> {
  const { found } = await readList<DoubtSummaryAnswer, DoubtListAnswer>(api, {
    path: '/doubts',
    query: { imp_uid: impUid },
    limit: Number.MAX_SAFE_INTEGER,
    goesOn: { by: 'after', idOf: ({ doubt_id }) => doubt_id },
  });
  return new Map(found.flatMap((doubt) => (doubt.imp_uid === null ? [] : [[doubt.imp_uid, doubt] as const])));
}
