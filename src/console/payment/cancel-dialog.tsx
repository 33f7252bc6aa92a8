import { useState } from 'react';
import { Link } from 'wouter';
import type { CancelLimitsAnswer } from '../../api/views/cancel-limits.ts';
import type { CancellationAnswer, CancellationListAnswer } from '../../api/views/cancellation.ts';
import { useAnswer, useMoving } from '../api/questions.ts';
import { Dialog } from '../elements/dialog.tsx';
import { AmountField, Checkbox, readAmount, Select, TextArea, TextField } from '../elements/field.tsx';
import { Loading } from '../elements/loading.tsx';
import { moneyText } from '../elements/money.tsx';
import { Problem } from '../elements/problem.tsx';
import { ServerWords } from '../elements/server-words.tsx';
import { isMovingState } from '../elements/states.tsx';
import { dateOf, timeText } from '../elements/time.tsx';
import { UnansweredDialog } from '../elements/unanswered-dialog.tsx';
import { useWords } from '../language/words.ts';
import { useMethodName } from '../payments/method-name.ts';
import type { CancelBody } from './pending-cancel.ts';
import { type CancelPhase, useCancel } from './use-cancel.ts';
import { cancelWords } from './words.ts';

interface CancelDialogProps {
  readonly limits: CancelLimitsAnswer;
  readonly store: string;
  onClose(): void;
}

const other = '…';

/** Everything that goes before, and all that can come of it: done, refused in the gateway's words, or in doubt; never "failed". */
export function CancelDialog({ limits: current, store, onClose }: CancelDialogProps) {
  const words = useWords(cancelWords);
  const nameOf = useMethodName();
  // What was read when it opened is what is sent: if the payment changes meanwhile, the checksum says so.
  const [limits] = useState(current);
  const { currency } = limits;
  const money = (amount: number): string => moneyText(amount, currency);
  const settings = useAnswer<{ readonly reasons: readonly string[] }>('/console-settings');
  const reasons = settings.data?.reasons ?? [];

  const [isPart, setIsPart] = useState(false);
  const [amountText, setAmount] = useState('');
  const [taxFree, setTaxFree] = useState('');
  const [vat, setVat] = useState('');
  const [reason, setReason] = useState('');
  const [more, setMore] = useState('');
  const [account, setAccount] = useState({ holder: '', bank: '', number: '', tel: '' });
  const [escrowConfirmed, setEscrowConfirmed] = useState(false);
  const { phase, cancel, askForApproval, reopen, close } = useCancel(store, limits.imp_uid);

  const amount = isPart ? readAmount(amountText, currency) : limits.left;
  const isAmountRight = amount !== undefined && amount >= limits.least && amount <= limits.left;
  const needsAccount = limits.refund_account === 'required' || limits.refund_account === 'required_with_tel';
  const givesAccount = needsAccount || (limits.refund_account === 'optional' && account.number !== '');
  const digits = account.number.replaceAll('-', '');
  const isAccountRight = /^\d{6,16}$/.test(digits) && account.holder.trim() !== '' && account.bank !== '';
  const isTelRight = limits.refund_account !== 'required_with_tel' || /^[\d-]{8,16}$/.test(account.tel);
  const reasonText = [reason === other ? '' : reason, more.trim()].filter(Boolean).join(' - ');
  const parts = [taxFree, vat].map((text) => (text === '' ? undefined : readAmount(text, currency)));
  const arePartsRight = [taxFree, vat].every((text, index) => text === '' || parts[index] !== undefined);
  const hasChanged = current.checksum !== limits.checksum;
  const isReady =
    isAmountRight &&
    arePartsRight &&
    reasonText !== '' &&
    (!givesAccount || (isAccountRight && isTelRight)) &&
    (!limits.escrow?.needs_confirmation || escrowConfirmed) &&
    !hasChanged &&
    limits.refused_because === null;
  const needsApproval = limits.approval_above !== null && (amount ?? 0) > limits.approval_above;

  function body(): CancelBody {
    return {
      imp_uid: limits.imp_uid,
      amount: amount ?? 0,
      checksum: limits.checksum,
      ...(parts[0] === undefined ? {} : { tax_free: parts[0] }),
      ...(parts[1] === undefined ? {} : { vat_amount: parts[1] }),
      reason: reasonText.slice(0, 256),
      ...(givesAccount
        ? {
            refund_holder: account.holder.trim(),
            refund_bank: account.bank,
            refund_account: account.number,
            ...(account.tel === '' ? {} : { refund_tel: account.tel }),
          }
        : {}),
      ...(escrowConfirmed ? { escrow_confirmed: true as const } : {}),
    };
  }

  function leave(): void {
    close();
    onClose();
  }

  if (phase.name !== 'open') {
    return (
      <Outcome
        phase={phase}
        currency={currency}
        ask={() => askForApproval(phase.body)}
        onAgain={reopen}
        onClose={leave}
      />
    );
  }
  const bankName = limits.banks.find(({ code }) => code === account.bank)?.name ?? '';
  const to = givesAccount ? `${bankName} ${masked(digits)}`.trim() : (limits.paid_with ?? words.toMeans);
  return (
    <Dialog
      title={words.title}
      isOfMoney
      onClose={leave}
      act={{
        label: needsApproval ? words.ask(money(amount ?? 0)) : words.act(money(amount ?? 0)),
        kind: 'danger',
        isDisabled: !isReady,
        onAct: () => (needsApproval ? askForApproval(body()) : cancel(body())),
      }}
    >
      <p className="faint">
        <code>{limits.imp_uid}</code> · {limits.pg_provider} · {limits.paid_with ?? nameOf(limits.pay_method)}
      </p>
      {phase.hasLeftStepUp && (
        <p className="problem doubt" role="status">
          {words.stepUpLeft}
        </p>
      )}
      <Warnings limits={limits} hasChanged={hasChanged} />
      <fieldset className="cancel-extent">
        <legend>{words.howMuch}</legend>
        <label className="choice">
          <input type="radio" name="extent" checked={!isPart} onChange={() => setIsPart(false)} />
          {words.whole}: <strong className="money">{money(limits.left)}</strong>
        </label>
        <label className="choice">
          <input
            type="radio"
            name="extent"
            checked={isPart}
            disabled={!limits.part.allowed}
            onChange={() => setIsPart(true)}
          />
          {words.part}
        </label>
        {!limits.part.allowed && <p className="hint">{words.onlyWhole}</p>}
        {limits.part.allowed && limits.part.more !== null && (
          <p className="hint">{words.partsLeft(limits.part.more)}</p>
        )}
      </fieldset>
      {isPart && (
        <AmountField
          label={words.howMuch}
          value={amountText}
          currency={currency}
          most={limits.left}
          onChange={setAmount}
        />
      )}
      {(limits.tax_free.left > 0 || limits.vat.left > 0) && isPart && (
        <div className="cancel-parts">
          {limits.tax_free.left > 0 && (
            <AmountField
              label={words.taxFree}
              hint={words.byRule}
              value={taxFree}
              currency={currency}
              most={Math.min(limits.tax_free.left, amount ?? limits.left)}
              onChange={setTaxFree}
            />
          )}
          {limits.vat.left > 0 && (
            <AmountField
              label={words.vat}
              hint={words.byRule}
              value={vat}
              currency={currency}
              most={Math.min(limits.vat.left, amount ?? limits.left)}
              onChange={setVat}
            />
          )}
        </div>
      )}
      {limits.refund_account !== 'none' && (
        <div className="cancel-parts">
          <TextField
            label={words.holder}
            value={account.holder}
            maxLength={16}
            autoComplete="off"
            onChange={(holder) => setAccount({ ...account, holder })}
          />
          <Select
            label={words.bank}
            value={account.bank}
            options={[
              { value: '', label: words.chooseBank },
              ...limits.banks.map(({ code, name }) => ({ value: code, label: `${name} (${code})` })),
            ]}
            onChange={(bank) => setAccount({ ...account, bank })}
          />
          <TextField
            label={words.account}
            hint={words.accountHint}
            error={account.number === '' || /^\d{6,16}$/.test(digits) ? undefined : words.accountWrong}
            value={account.number}
            inputMode="numeric"
            autoComplete="off"
            onChange={(number) => setAccount({ ...account, number })}
          />
          {limits.refund_account === 'required_with_tel' && (
            <TextField
              label={words.tel}
              error={account.tel === '' || isTelRight ? undefined : words.telWrong}
              value={account.tel}
              inputMode="tel"
              autoComplete="off"
              onChange={(tel) => setAccount({ ...account, tel })}
            />
          )}
        </div>
      )}
      {limits.escrow?.needs_confirmation && (
        <Checkbox label={words.escrowConfirmed} isChecked={escrowConfirmed} onChange={setEscrowConfirmed} />
      )}
      <Select
        label={words.reason}
        value={reason}
        options={[
          { value: '', label: '-' },
          ...reasons.map((each) => ({ value: each, label: each })),
          { value: other, label: words.otherReason },
        ]}
        onChange={setReason}
      />
      <TextArea label={words.reasonMore} value={more} maxLength={180} rows={2} onChange={setMore} />
      {isAmountRight && (
        <p className="consequence" role="status">
          {words.consequence(
            money(amount),
            to,
            money(Math.max(0, minus(limits.left, amount, limits.currency_decimals))),
          )}
        </p>
      )}
    </Dialog>
  );
}

/** What the gateway will not have, said before anything is sent. */
function Warnings({ limits, hasChanged }: { readonly limits: CancelLimitsAnswer; readonly hasChanged: boolean }) {
  const words = useWords(cancelWords);
  const { closed_hours: hours, window_ends_at: endsAt, refused_because: refused } = limits;
  const end = dateOf(endsAt);
  return (
    <>
      {refused && (
        <div className="problem bad" role="alert">
          <p className="problem-message">{words.cannot}</p>
          <p>{refused.message}</p>
        </div>
      )}
      {hasChanged && (
        <div className="problem doubt" role="alert">
          <p className="problem-message">{words.changed}</p>
        </div>
      )}
      <ul className="cancel-notes">
        {hours && (
          <li className={hours.now ? 'warned' : ''}>
            {(hours.now ? words.closedNow : words.closed)(hours.from, hours.until)}
          </li>
        )}
        {end && (
          <li className={end.getTime() < Date.now() ? 'warned' : ''}>
            {end.getTime() < Date.now() ? words.windowOver : words.windowEnds(timeText(endsAt))}
          </li>
        )}
        {limits.accepted_refund === 'pending' && <li>{words.paysLater}</li>}
        {limits.approval_above !== null && (
          <li>{words.needsApproval(moneyText(limits.approval_above, limits.currency))}</li>
        )}
        {(limits.doubt_may_need_person.all || limits.doubt_may_need_person.part) && <li>{words.personNeeded}</li>}
      </ul>
    </>
  );
}

function Outcome({
  phase,
  currency,
  ask,
  onAgain,
  onClose,
}: {
  readonly phase: Exclude<CancelPhase, { name: 'open' }>;
  readonly currency: string;
  ask(): void;
  onAgain(): void;
  onClose(): void;
}) {
  const words = useWords(cancelWords);
  const amount = moneyText(phase.body.amount, currency);
  switch (phase.name) {
    case 'sending':
      return (
        <Dialog title={words.sending} onClose={onClose}>
          <Loading />
          <p role="status">{words.sendingText}</p>
        </Dialog>
      );
    case 'unanswered':
      return <UnansweredDialog onClose={onClose}>{words.unansweredText}</UnansweredDialog>;
    case 'in_doubt':
      return <InDoubt cancellationId={phase.cancellationId} onClose={onClose} />;
    case 'done':
      return <Done impUid={phase.body.imp_uid} amount={amount} onClose={onClose} />;
    case 'refused':
      return (
        <Dialog
          title={words.refused}
          onClose={onClose}
          act={{ label: words.again, onAct: onAgain }}
          backLabel={words.close}
        >
          <Problem failure={phase.failure}>
            <p>{words.refusedText}</p>
          </Problem>
        </Dialog>
      );
    case 'needs_approval':
      return (
        <Dialog
          title={words.approvalTitle}
          isOfMoney
          onClose={onClose}
          act={{ label: words.ask(amount), kind: 'danger', onAct: ask }}
        >
          <ServerWords failure={phase.failure} role="status" />
          <p>{words.requestedText}</p>
        </Dialog>
      );
    case 'requested':
      return (
        <Dialog title={words.requested} onClose={onClose}>
          <p role="status">{words.requestedText}</p>
          <p>
            <Link href={`/refund-requests/${phase.requestId}`}>{words.seeRequest}</Link>
          </p>
        </Dialog>
      );
  }
}

/** What the gateway has only accepted, to pay it out later, is said to be that. */
function Done({ impUid, amount, onClose }: { readonly impUid: string; readonly amount: string; onClose(): void }) {
  const words = useWords(cancelWords);
  const newest = useAnswer<CancellationListAnswer>('/cancellations', { imp_uid: impUid, limit: 1 });
  if (newest.isLoading) {
    return (
      <Dialog title={words.sending} onClose={onClose}>
        <Loading />
      </Dialog>
    );
  }
  const isAccepted = newest.data?.list[0]?.state === 'accepted';
  return (
    <Dialog title={isAccepted ? words.accepted : words.done} onClose={onClose}>
      <p role="status">{isAccepted ? words.acceptedText : words.doneText(amount)}</p>
    </Dialog>
  );
}

/** Asked again until it has ended: it then turns into what came of it, on the open page. */
function InDoubt({ cancellationId, onClose }: { readonly cancellationId: string; onClose(): void }) {
  const words = useWords(cancelWords);
  const { data } = useMoving<CancellationAnswer>(`/cancellations/${cancellationId}`, {}, ({ state }) =>
    isMovingState(state),
  );
  if (data?.state === 'confirmed') {
    return (
      <Dialog title={words.done} onClose={onClose}>
        <p role="status">{words.doneText(moneyText(data.amount, data.currency))}</p>
      </Dialog>
    );
  }
  if (data?.state === 'accepted') {
    return (
      <Dialog title={words.accepted} onClose={onClose}>
        <p role="status">{words.acceptedText}</p>
      </Dialog>
    );
  }
  if (data?.state === 'refused' || data?.state === 'unsent') {
    return (
      <Dialog title={words.refused} onClose={onClose}>
        <div className="problem bad" role="status">
          <p className="problem-message">{data.gateway_message}</p>
          <p>{words.refusedText}</p>
        </div>
      </Dialog>
    );
  }
  return (
    <Dialog title={words.inDoubt} onClose={onClose}>
      <div className="problem doubt" role="status">
        <p>{words.inDoubtText}</p>
        <p>
          <Link href={`/doubts/${cancellationId}`}>{words.seeDoubt}</Link>
        </p>
      </div>
    </Dialog>
  );
}

function masked(digits: string): string {
  return digits.length < 5 ? '' : `${'*'.repeat(digits.length - 4)}${digits.slice(-4)}`;
}

/** Amounts of the API are decimal: in whole minor units they are exact. */
function minus(whole: number, part: number, decimals: number): number {
  const scale = 10 ** decimals;
  return (Math.round(whole * scale) - Math.round(part * scale)) / scale;
}
