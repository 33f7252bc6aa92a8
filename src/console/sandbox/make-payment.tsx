import { useState } from 'react';
import type { PaymentAnswer } from '../../api/views/payment.ts';
import { useAct } from '../api/questions.ts';
import { Button, LinkButton } from '../elements/button.tsx';
import { CopyId } from '../elements/copy-id.tsx';
import { AmountField, Checkbox, readAmount, Select, TextField } from '../elements/field.tsx';
import { Loading } from '../elements/loading.tsx';
import { Money } from '../elements/money.tsx';
import { Problem } from '../elements/problem.tsx';
import { PaymentBadge, useStateWords } from '../elements/states.tsx';
import { useWords } from '../language/words.ts';
import { useMethodName } from '../payments/method-name.ts';
import { useGateways } from './gateways.ts';
import { sandboxWords } from './words.ts';

/** The buyer pays in a gateway's window, or is given an account there. */
export function MakePayment() {
  const words = useWords(sandboxWords);
  const states = useStateWords();
  const nameOf = useMethodName();
  const { choices, failure, isLoading } = useGateways();
  const [provider, setProvider] = useState('');
  const [method, setMethod] = useState('');
  const [currency, setCurrency] = useState('');
  const [amount, setAmount] = useState('10000');
  const [orderName, setOrderName] = useState('당근 10kg');
  const [buyerName, setBuyerName] = useState('홍길동');
  const [buyerTel, setBuyerTel] = useState('010-1234-5678');
  const [isEscrow, setIsEscrow] = useState(false);

  const gateway = choices.find((choice) => choice.provider === provider) ?? choices[0];
  const payMethod = gateway?.methods.includes(method) ? method : (gateway?.methods[0] ?? '');
  const payCurrency = gateway?.currencies.includes(currency)
    ? currency
    : gateway?.currencies.includes('KRW')
      ? 'KRW'
      : (gateway?.currencies[0] ?? 'KRW');
  const value = readAmount(amount, payCurrency);
  const pay = useAct<PaymentAnswer>(() => ({
    method: 'POST',
    path: '/sandbox/payments',
    body: {
      pg_provider: gateway?.provider,
      pay_method: payMethod,
      amount: value,
      currency: payCurrency,
      name: orderName,
      buyer_name: buyerName,
      buyer_tel: buyerTel,
      ...(isEscrow ? { escrow: true } : {}),
    },
  }));

  if (failure) return <Problem failure={failure} />;
  if (isLoading) return <Loading />;
  const made = pay.data;
  return (
    <div className="cards">
      <form
        className="card"
        onSubmit={(event) => {
          event.preventDefault();
          if (!pay.isPending && value !== undefined) pay.mutate();
        }}
      >
        <Select
          label={words.gateway}
          value={gateway?.provider ?? ''}
          options={choices.map((choice) => ({ value: choice.provider, label: choice.provider }))}
          onChange={setProvider}
        />
        <Select
          label={words.method}
          value={payMethod}
          options={(gateway?.methods ?? []).map((each) => ({ value: each, label: nameOf(each) }))}
          onChange={setMethod}
        />
        {(gateway?.currencies.length ?? 0) > 1 && (
          <Select
            label={words.currency}
            value={payCurrency}
            options={(gateway?.currencies ?? []).map((each) => ({ value: each, label: each }))}
            onChange={setCurrency}
          />
        )}
        <AmountField
          label={words.amount}
          hint={words.magic}
          value={amount}
          currency={payCurrency}
          onChange={setAmount}
        />
        <TextField label={words.orderName} value={orderName} onChange={setOrderName} />
        <TextField label={words.buyerName} value={buyerName} onChange={setBuyerName} />
        <TextField label={words.buyerTel} value={buyerTel} inputMode="tel" onChange={setBuyerTel} />
        {(payMethod === 'trans' || payMethod === 'vbank') && (
          <Checkbox label={words.escrow} hint={words.escrowHint} isChecked={isEscrow} onChange={setIsEscrow} />
        )}
        <Problem failure={pay.error} />
        <Button kind="primary" type="submit" isBusy={pay.isPending} disabled={value === undefined || value === 0}>
          {payMethod === 'vbank' ? words.vbankIssue : words.pay}
        </Button>
      </form>
      {made && (
        <section className="card" aria-live="polite">
          <p>
            <strong>{words.made(states.payment[made.status])}</strong>
          </p>
          <dl className="facts">
            <dt>imp_uid</dt>
            <dd>
              <CopyId id={made.imp_uid} />
            </dd>
            <dt>{words.state}</dt>
            <dd>
              <PaymentBadge status={made.status} cancelled={made.cancel_amount} />
            </dd>
            <dt>{words.amount}</dt>
            <dd>
              <Money amount={made.amount} currency={made.currency} />
            </dd>
          </dl>
          <p className="page-acts">
            <LinkButton href={`/payments/${made.imp_uid}`}>{words.openPayment}</LinkButton>
            <LinkButton href={`/sandbox?tab=act&imp_uid=${made.imp_uid}`}>{words.goOn}</LinkButton>
          </p>
        </section>
      )}
    </div>
  );
}
