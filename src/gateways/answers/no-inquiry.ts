import type { Lookup } from '../../port/lookup.ts';
import type { Inquiry, Question } from '../../port/operations.ts';

/**
 * The answer to a question where the gateway can't be asked, and its guards (an ordinal, a balance) are not documented
 * as such. A cancel of all that is left and a revocation can't be carried out twice, so a repeat may tell. A cancel of a
 * part could be: its doubt stays open for a person.
 */
export function answerWithoutInquiry(question: Question): Inquiry {
  switch (question.operation) {
    case 'revoke_vbank':
    case 'revoke_barcode':
      return { kind: 'ask_by_repeating' };
    case 'cancel': {
      const { amountMinor, balanceBeforeMinor } = question.request;
      if (amountMinor === balanceBeforeMinor) return { kind: 'ask_by_repeating' };
      return {
        kind: 'unknown',
        why: 'the gateway has no inquiry, and a repeat might cancel this part twice',
        isFinal: true,
      };
    }
    default:
      return { kind: 'unknown', why: 'the gateway has no inquiry', isFinal: true };
  }
}

export async function lookUpNothing(): Promise<Lookup> {
  return { kind: 'unknown', why: 'the gateway has no lookup' };
}
