import { Type } from 'typebox';
import { inLanguage, type Words } from '../../platform/language/text.ts';
import { comparePayment } from '../../rules/reconciliation/compare-payment.ts';
import type { Difference } from '../../rules/reconciliation/difference.ts';
import type { Answer } from '../foundation/answer.ts';
import { OrNull, TextOrNull, UnixTime, WordOf } from './fields.ts';
import { type BookedAnswer, BookedView } from './reconciliation.ts';

const TextsView = OrNull(Type.Object({ en: Type.String(), ko: Type.String() }));

/** One payment in both books. */
export const GatewayBookView = Type.Object({
  can_be_asked: Type.Boolean({ description: 'False: the gateway has no lookup for payments of this kind.' }),
  asked_at: UnixTime,
  book: BookedView,
  differences: Type.Array(
    Type.Object({
      kind: WordOf<Difference['kind']>({
        description:
          '`only_there`, `only_here`, `amount`, `state`, `at`, or `not_comparable`: the gateway could not say.',
      }),
      type: WordOf<Difference['type']>(),
      transaction_id: TextOrNull,
      here: TextsView,
      there: TextsView,
      note: TextsView,
    }),
    { description: 'Where the two differ. An operation that is not settled here is the likeliest reason.' },
  ),
});

export type GatewayBookAnswer = Answer<typeof GatewayBookView>;

export function viewGatewayBook(
  book: BookedAnswer,
  { canBeAsked, askedAt }: { readonly canBeAsked: boolean; readonly askedAt: number },
): GatewayBookAnswer {
  return {
    can_be_asked: canBeAsked,
    asked_at: askedAt,
    book,
    differences: comparePayment(book).map(({ kind, type, transaction_id, here, there, note }) => ({
      kind,
      type,
      transaction_id,
      here: textsOf(here),
      there: textsOf(there),
      note: textsOf(note),
    })),
  };
}

function textsOf(words: Words | null): Answer<typeof TextsView> {
  return words === null ? null : { en: inLanguage('en', words), ko: inLanguage('ko', words) };
}
