import { useState } from 'react';
import type { ConsoleSettingsAnswer } from '../../../api/views/console-settings.ts';
import { useAct, useAnswer } from '../../api/questions.ts';
import { Button } from '../../elements/button.tsx';
import { AmountField, readAmount, Select, TextArea } from '../../elements/field.tsx';
import { Loading } from '../../elements/loading.tsx';
import { Problem } from '../../elements/problem.tsx';
import { useToast } from '../../elements/toast.tsx';
import { useWords } from '../../language/words.ts';
import { Page } from '../../shell/page.tsx';
import type { Role } from '../../shell/session.ts';
import { shellWords } from '../../shell/words.ts';
import { approvalWords } from './words.ts';

/** Roles that may refund at all. */
const refunding: readonly Role[] = ['owner', 'manager', 'operator'];
const currencies = ['KRW', 'USD', 'EUR', 'JPY', 'CNY', 'GBP', 'HKD', 'SGD', 'THB', 'TWD', 'VND', 'AUD', 'CAD'] as const;

/** Who has to be asked before a refund, and what refunds are for. */
export default function ApprovalsPage() {
  const words = useWords(approvalWords);
  const settings = useAnswer<ConsoleSettingsAnswer>('/console-settings');
  return (
    <Page title={words.title} lead={words.lead}>
      <Problem failure={settings.error} onRetry={() => void settings.refetch()} />
      {settings.isLoading && <Loading />}
      {settings.data && <RulesForm key={JSON.stringify(settings.data)} settings={settings.data} />}
    </Page>
  );
}

type Texts = Readonly<Record<string, string>>;

function RulesForm({ settings }: { readonly settings: ConsoleSettingsAnswer }) {
  const words = useWords(approvalWords);
  const { roles } = useWords(shellWords);
  const toast = useToast();
  const [limits, setLimits] = useState<Texts>({ KRW: '', ...textsOf(settings.approval_above ?? {}) });
  const [ceilings, setCeilings] = useState<Texts>(() =>
    Object.fromEntries(refunding.map((role) => [role, String(settings.ceilings[role]?.KRW ?? '')])),
  );
  const [reasons, setReasons] = useState(settings.reasons.join('\n'));
  const save = useAct<ConsoleSettingsAnswer>(
    () => ({
      method: 'PUT',
      path: '/console-settings',
      body: {
        approval_above: amountsOf(limits),
        ceilings: Object.fromEntries(
          refunding.map((role) => {
            const { KRW: _changed, ...others } = settings.ceilings[role] ?? {};
            return [role, { ...others, ...amountsOf({ KRW: ceilings[role] ?? '' }) }];
          }),
        ),
        reasons: reasons.split('\n').filter((each) => each.trim() !== ''),
      },
    }),
    { onDone: () => toast(words.saved) },
  );
  const isWrong =
    Object.entries(limits).some(([currency, text]) => isWrongAmount(text, currency)) ||
    Object.values(ceilings).some((text) => isWrongAmount(text, 'KRW'));
  const others = currencies.filter((currency) => !(currency in limits));
  return (
    <form
      className="rules"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isWrong && !save.isPending) save.mutate();
      }}
    >
      <section className="card">
        <h2>{words.threshold}</h2>
        <p className="hint">{words.thresholdHint}</p>
        <div className="limits">
          {Object.entries(limits).map(([currency, text]) => (
            <AmountField
              key={currency}
              label={currency}
              currency={currency}
              value={text}
              onChange={(value) => setLimits({ ...limits, [currency]: value })}
            />
          ))}
          <Select
            label={words.otherCurrency}
            value=""
            options={[{ value: '', label: '–' }, ...others.map((each) => ({ value: each, label: each }))]}
            onChange={(currency) => {
              if (currency !== '') setLimits({ ...limits, [currency]: '' });
            }}
          />
        </div>
      </section>
      <section className="card">
        <h2>{words.ceilings}</h2>
        <p className="hint">{words.ceilingsHint}</p>
        <div className="limits">
          {refunding.map((role) => (
            <AmountField
              key={role}
              label={roles[role]}
              value={ceilings[role] ?? ''}
              onChange={(value) => setCeilings({ ...ceilings, [role]: value })}
            />
          ))}
        </div>
      </section>
      <section className="card">
        <h2>{words.reasons}</h2>
        <TextArea label={words.reasons} hint={words.reasonsHint} rows={8} value={reasons} onChange={setReasons} />
      </section>
      <Problem failure={save.error} />
      {isWrong && <p className="error">{words.wrong}</p>}
      <Button kind="primary" type="submit" isBusy={save.isPending} disabled={isWrong}>
        {words.save}
      </Button>
    </form>
  );
}

function isWrongAmount(text: string, currency: string): boolean {
  return text.trim() !== '' && readAmount(text, currency) === undefined;
}

function textsOf(amounts: Readonly<Record<string, number>>): Texts {
  return Object.fromEntries(Object.entries(amounts).map(([currency, amount]) => [currency, String(amount)]));
}

/** What is empty is no limit. */
function amountsOf(texts: Texts): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([currency, text]) => {
      const amount = text.trim() === '' ? undefined : readAmount(text, currency);
      return amount === undefined ? [] : [[currency, amount]];
    }),
  );
}
