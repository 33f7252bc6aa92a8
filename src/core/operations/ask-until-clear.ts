import { type Deadline, shortestCallMs } from './deadline.ts';

/**
 * For requests that move no money and of which nothing is kept: a lost answer is asked for, or the same request is sent again
 * under its key, which carries it out once, until there is an answer or no time left. Then it is `unclear`.
 */
export async function askUntilClear<Answer extends { readonly kind: string }>(
  deadline: Deadline,
  request: {
    send(isRepeat: boolean): Promise<Answer>;
    /** Where the gateway can be asked what became of a request: the answer, or that it was not carried out. */
    inquire?(): Promise<Answer | 'not_done' | 'unknown'>;
  },
): Promise<Answer> {
  let answer = await request.send(false);
  for (let pauseMs = 50; answer.kind === 'unclear'; pauseMs = Math.min(pauseMs * 2, 1_000)) {
    const told = await request.inquire?.();
    if (typeof told === 'object') return told;
    if (deadline.leftMs() < shortestCallMs + pauseMs) return answer;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    // Of what can be asked about, only an answer lets the request be sent again.
    if (told === 'unknown') continue;
    const repeated = await request.send(true);
    // That a repeat never left says nothing of the first request.
    if (repeated.kind !== 'never_sent') answer = repeated;
  }
  return answer;
}
