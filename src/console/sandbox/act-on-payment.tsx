import { useState } from 'react';
import type { PaymentAnswer } from '../../api/views/payment.ts';
import { useAct, useMoving } from '../api/questions.ts';
import { Button, LinkButton } from '../elements/button.tsx';
import { CopyId } from '../elements/copy-id.tsx';
import { Select, TextField } from '../elements/field.tsx';
import { Money } from '../elements/money.tsx';
import { Problem } from '../elements/problem.tsx';
import { PaymentBadge } from '../elements/states.tsx';
import { useToast } from '../elements/toast.tsx';
import { useUrlValue } from '../elements/url-values.ts';
import { useWords } from '../language/words.ts';
import { useMethodName } from '../payments/method-name.ts';
import { sandboxWords } from './words.ts';

/** What happens outside to a payment that is there: a deposit, the counter, the end of a refund. */
export function ActOnPayment() {
  const words = useWords(sandboxWords);
  const [impUid, setImpUid] = useUrlValue('imp_uid');
  const [typed, setTyped] = useState(impUid);
  const { data, error } = useMoving<PaymentAnswer>(
    `/payments/${encodeURIComponent(impUid)}`,
    { include_sandbox: true },
    ({ status }) => status === 'ready',
    { isEnabled: impUid !== '' },
  );
  return (
    <>
      <form
        className="filter-bar"
        onSubmit={(event) => {
          event.preventDefault();
          setImpUid(typed.trim());
        }}
      >
        <TextField
          label={words.impUid}
          hint={words.impUidHint}
          value={typed}
          data-search
          autoComplete="off"
          onChange={setTyped}
        />
        <div className="filter-acts">
          <Button type="submit">{words.find}</Button>
        </div>
      </form>
      <Problem failure={impUid === '' ? null : error} />
      {impUid !== '' && data && <Acts key={data.imp_uid} payment={data} />}
    </>
  );
}

function Acts({ payment }: { readonly payment: PaymentAnswer }) {
  const nameOf = useMethodName();
  const words = useWords(sandboxWords);
  const toast = useToast();
  const [depositor, setDepositor] = useState(payment.buyer_name ?? '');
  const [payType, setPayType] = useState('cash');
  const path = encodeURIComponent(payment.imp_uid);
  const act = useAct<PaymentAnswer, { readonly path: string; readonly body: object }>(
    ({ path: to, body }) => ({ method: 'POST', path: to, body }),
    { onDone: () => toast(words.done) },
  );
  const isWaiting = payment.status === 'ready';
  const canDeposit = isWaiting && payment.pay_method === 'vbank';
  const canPay = isWaiting && payment.pay_method === 'cvs';
  const canEndRefund = payment.status === 'paid' || payment.status === 'cancelled';
  return (
    <div className="cards">
      <section className="card">
        <dl className="facts">
          <dt>imp_uid</dt>
          <dd>
            <CopyId id={payment.imp_uid} />
          </dd>
          <dt>{words.state}</dt>
          <dd>
            <PaymentBadge status={payment.status} cancelled={payment.cancel_amount} />
          </dd>
          <dt>{words.gateway}</dt>
          <dd>
            {payment.pg_provider} · {nameOf(payment.pay_method)}
          </dd>
          <dt>{words.amount}</dt>
          <dd>
            <Money amount={payment.amount} currency={payment.currency} />
          </dd>
        </dl>
        <p>
          <LinkButton href={`/payments/${payment.imp_uid}`}>{words.openPayment}</LinkButton>
        </p>
      </section>
      <section className="card">
        <Problem failure={act.error} />
        {canDeposit && (
          <>
            <TextField label={words.depositor} value={depositor} onChange={setDepositor} />
            <Button
              kind="primary"
              isBusy={act.isPending}
              onClick={() =>
                act.mutate({ path: `/sandbox/vbanks/${path}/deposit`, body: { depositor_name: depositor } })
              }
            >
              {words.deposit}
            </Button>
          </>
        )}
        {canPay && (
          <>
            <Select
              label={words.counterWith}
              value={payType}
              options={[
                { value: 'cash', label: words.cash },
                { value: 'card', label: words.card },
              ]}
              onChange={setPayType}
            />
            <Button
              kind="primary"
              isBusy={act.isPending}
              onClick={() => act.mutate({ path: `/sandbox/cvs/${path}/pay`, body: { pay_type: payType } })}
            >
              {words.counter}
            </Button>
          </>
        )}
        {canEndRefund && (
          <>
            <p>{words.refundText}</p>
            <p className="page-acts">
              {[true, false].map((succeeded) => (
                <Button
                  key={String(succeeded)}
                  isBusy={act.isPending}
                  onClick={() => act.mutate({ path: `/sandbox/payments/${path}/refund-result`, body: { succeeded } })}
                >
                  {succeeded ? words.refundDone : words.refundFailed}
                </Button>
              ))}
            </p>
          </>
        )}
        {!canDeposit && !canPay && !canEndRefund && <p>{words.nothingToDo}</p>}
      </section>
    </div>
  );
}
