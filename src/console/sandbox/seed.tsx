import { useState } from 'react';
import type { SeededAnswer, SeededPaymentAnswer } from '../../api/views/seeded-payment.ts';
import { useAct } from '../api/questions.ts';
import { Button } from '../elements/button.tsx';
import { CopyId } from '../elements/copy-id.tsx';
import { type Column, DataTable } from '../elements/data-table.tsx';
import { TextArea } from '../elements/field.tsx';
import { Problem } from '../elements/problem.tsx';
import { PaymentBadge } from '../elements/states.tsx';
import { useWords } from '../language/words.ts';
import { sandboxWords } from './words.ts';

const sample = `merchants:
  - payments:
      - merchant_uid: seeded-paid
        pay_method: card
        amount: 12000
        state: paid
      - merchant_uid: seeded-waiting
        pay_method: vbank
        amount: 30000
        state: ready
      - merchant_uid: seeded-barcode
        pg_provider: galaxia
        pay_method: cvs
        amount: 3000
        state: ready
      - merchant_uid: seeded-cancelled
        pay_method: card
        amount: 5000
        state: cancelled
`;

/** Payments in given states, at once. */
export function Seed() {
  const words = useWords(sandboxWords);
  const [text, setText] = useState(sample);
  const plant = useAct<SeededAnswer>(() => ({ method: 'POST', path: '/sandbox/seed', body: { text } }));
  const columns: readonly Column<SeededPaymentAnswer>[] = [
    { key: 'order', head: words.order, isFixed: true, cell: (row) => row.merchant_uid },
    { key: 'imp_uid', head: words.payment, isFixed: true, cell: (row) => <CopyId id={row.imp_uid} /> },
    { key: 'state', head: words.state, isFixed: true, cell: (row) => <PaymentBadge status={row.status} /> },
    { key: 'changed', head: words.changed, isFixed: true, cell: (row) => (row.changed ? words.yes : words.no) },
  ];
  return (
    <>
      <p>{words.seedLead}</p>
      <form
        className="card"
        onSubmit={(event) => {
          event.preventDefault();
          if (!plant.isPending) plant.mutate();
        }}
      >
        <TextArea
          label={words.seedText}
          rows={14}
          spellCheck={false}
          className="code"
          value={text}
          onChange={setText}
        />
        <Problem failure={plant.error} />
        <Button kind="primary" type="submit" isBusy={plant.isPending}>
          {words.plant}
        </Button>
      </form>
      {plant.data && (
        <DataTable
          name="sandbox-seeded"
          caption={words.tabs.seed}
          columns={columns}
          rows={plant.data.payments}
          rowKey={(row) => row.imp_uid}
        />
      )}
    </>
  );
}
