import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { RefundRequestAnswer } from '../../api/views/refund-request.ts';
import { call } from '../api/call.ts';
import { type ApiFailure, failureOf, isSaidAtTheDoor, isUnanswered, repeatAfterMs } from '../api/failure.ts';
import {
  type CancelBody,
  forgetPending,
  keepPending,
  newKey,
  type PendingCancel,
  readPending,
} from './pending-cancel.ts';

type Sent = NonNullable<PendingCancel['sent']>;

/** How far a dialog has come; `body` is what was sent, also before a reload. */
export type CancelPhase =
  /** `hasLeftStepUp`: nothing was done, since nobody has shown who sits there. */
  { readonly name: 'open'; readonly hasLeftStepUp: boolean } | (Outcome & { readonly body: CancelBody });

type Outcome =
  | { readonly name: 'sending' }
  /** No answer came; the same request goes out again under the same key until there is one. */
  | { readonly name: 'unanswered' }
  | { readonly name: 'done' }
  | { readonly name: 'in_doubt'; readonly cancellationId: string }
  | { readonly name: 'refused'; readonly failure: ApiFailure }
  | { readonly name: 'needs_approval'; readonly failure: ApiFailure }
  | { readonly name: 'requested'; readonly requestId: string };

const opened: CancelPhase = { name: 'open', hasLeftStepUp: false };

/** One dialog's request: sent once however often it is pressed, repeated under its key until there is an answer. */
export function useCancel(store: string, impUid: string) {
  const client = useQueryClient();
  const [pending] = useState(() => ({ current: readPending(store, impUid) ?? { key: newKey(), sent: null } }));
  const isBusy = useRef(false);
  const isGone = useRef(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const [phase, setPhase] = useState<CancelPhase>(() => {
    const { sent } = pending.current;
    return sent ? { name: 'sending', body: sent.body } : opened;
  });

  const keep = useCallback(
    (next: PendingCancel) => {
      pending.current = next;
      keepPending(store, impUid, next);
    },
    [pending, store, impUid],
  );

  const end = useCallback(
    (next: CancelPhase) => {
      // What has an answer is not asked for again under this key: another try is another request.
      pending.current = { key: newKey(), sent: null };
      forgetPending(store, impUid);
      setPhase(next);
      void client.invalidateQueries();
    },
    [client, pending, store, impUid],
  );

  const send = useCallback(
    async (sent: Sent) => {
      if (isBusy.current) return;
      isBusy.current = true;
      clearTimeout(timer.current);
      const { key, sent: sentBefore } = pending.current;
      keep({ key, sent });
      const { body } = sent;
      setPhase((before) => (before.name === 'unanswered' ? before : { name: 'sending', body }));
      try {
        const answer = await call<RefundRequestAnswer | object>('POST', sent.path, {
          body: sent.body,
          idempotencyKey: key,
        });
        end(
          'refund_request_id' in answer
            ? { name: 'requested', requestId: answer.refund_request_id, body }
            : { name: 'done', body },
        );
      } catch (error) {
        const failure = failureOf(error);
        const { cancellation, errorCode } = failure;
        if (errorCode === 'cancellation_in_doubt' && cancellation) {
          end({ name: 'in_doubt', cancellationId: cancellation.id, body });
        } else if (errorCode === 'approval_required') {
          end({ name: 'needs_approval', failure, body });
        } else if (isUnanswered(failure) || (sentBefore !== null && isSaidAtTheDoor(failure))) {
          setPhase({ name: 'unanswered', body });
          void client.invalidateQueries();
          if (!isGone.current) timer.current = setTimeout(() => void send(sent), repeatAfterMs(failure));
        } else if (errorCode === 'step_up_required') {
          end({ name: 'open', hasLeftStepUp: true });
        } else {
          end({ name: 'refused', failure, body });
        }
      } finally {
        isBusy.current = false;
      }
    },
    [client, end, keep, pending],
  );

  useEffect(() => {
    isGone.current = false;
    const { sent } = pending.current;
    if (sent) void send(sent);
    else keep(pending.current);
    return () => {
      isGone.current = true;
      clearTimeout(timer.current);
    };
  }, [keep, pending, send]);

  return {
    phase,
    cancel: (body: CancelBody) => void send({ path: '/payments/cancel', body }),
    askForApproval: (body: CancelBody) => void send({ path: '/refund-requests', body }),
    /** Back to the form, after a refusal. */
    reopen: () => setPhase(opened),
    /** The dialog closes. What has no answer stays kept, and opens again with the page. */
    close() {
      if (pending.current.sent === null) forgetPending(store, impUid);
    },
  };
}
