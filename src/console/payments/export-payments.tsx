import { useState } from 'react';
import type { PaymentFileColumn } from '../../api/views/payment-file.ts';
import type { Query } from '../api/call.ts';
import { Dialog } from '../elements/dialog.tsx';
import { DownloadButton } from '../elements/download-button.tsx';
import { seoulDay } from '../elements/time.tsx';
import { useLanguage } from '../language/language.ts';
import { useWords } from '../language/words.ts';
import { paymentsWords } from './words.ts';

const storedAs = 'hwanbul.console.export.payments';
const usually: readonly PaymentFileColumn[] = [
  ...(['imp_uid', 'merchant_uid', 'status', 'amount', 'cancel_amount', 'left', 'currency', 'pay_method'] as const),
  ...(['pg_provider', 'pg_tid', 'apply_num', 'started_at', 'paid_at', 'cancelled_at'] as const),
];

/** The filter of the list as a file, with the columns that were chosen last time. */
export function ExportPayments({ query, onClose }: { readonly query: Query; onClose(): void }) {
  const words = useWords(paymentsWords);
  const language = useLanguage();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    () => new Set(localStorage.getItem(storedAs)?.split(',') ?? usually),
  );
  const names = Object.keys(words.columns) as PaymentFileColumn[];
  const columns = names.filter((name) => chosen.has(name));
  return (
    <Dialog title={words.csv} lead={words.csvText} onClose={onClose} isWide>
      <fieldset className="column-checks">
        <legend>{words.csvColumns}</legend>
        {names.map((name) => (
          <label key={name} className="choice">
            <input
              type="checkbox"
              checked={chosen.has(name)}
              onChange={({ target }) => {
                const next = new Set(chosen);
                if (target.checked) next.add(name);
                else next.delete(name);
                localStorage.setItem(storedAs, [...next].join(','));
                setChosen(next);
              }}
            />
            {words.columns[name]}
          </label>
        ))}
      </fieldset>
      {columns.length > 0 && (
        <DownloadButton
          path="/search/payments.csv"
          query={{ ...query, columns: columns.join(','), head: language }}
          fileName={`payments-${seoulDay()}.csv`}
          label={words.csvGet}
        />
      )}
    </Dialog>
  );
}
