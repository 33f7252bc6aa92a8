import type { CancellationListAnswer, CancellationSummaryAnswer } from '../../api/views/cancellation.ts';
import type { Api } from '../api.ts';
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

/** Payment → what is reserved of it, in the currency's units. Receipts have amounts of their own and do not count. */
export async function reservedAmounts(api: Api, impUid?: string): Promise<ReadonlyMap<string, readonly number[]>> {
  const reserved = new Map<string, number[]>();
  for (const state of reservingStates) {
    for await (const { kind, imp_uid, amount } of cancellationsOf(api, {
      state,
      ...(impUid === undefined ? {} : { impUid }),
    })) {
      if (kind !== 'revoke_receipt') reserved.set(imp_uid, [...(reserved.get(imp_uid) ?? []), amount]);
    }
  }
  return reserved;
}
