import { useState } from 'react';
import type { FaultAnswer, FaultListAnswer } from '../../api/views/fault.ts';
import { useAct, useMoving } from '../api/questions.ts';
import { Button } from '../elements/button.tsx';
import { type Column, DataTable } from '../elements/data-table.tsx';
import { EmptyState } from '../elements/empty-state.tsx';
import { Select, TextField } from '../elements/field.tsx';
import { Problem } from '../elements/problem.tsx';
import { useToast } from '../elements/toast.tsx';
import { useWords } from '../language/words.ts';
import { useGateways } from './gateways.ts';
import { sandboxWords } from './words.ts';

type Kind = keyof (typeof sandboxWords)['ko']['kinds'];

/** What goes wrong at the gateways next. */
export function Faults() {
  const words = useWords(sandboxWords);
  const toast = useToast();
  const { choices } = useGateways();
  const [chosen, setChosen] = useState('');
  const [operation, setOperation] = useState('cancel');
  const [kind, setKind] = useState<Kind>('lost_answer');
  const [count, setCount] = useState('1');
  const [delay, setDelay] = useState('3000');
  const [impUid, setImpUid] = useState('');
  const provider = chosen || (choices[0]?.provider ?? 'any');
  const list = useMoving<FaultListAnswer>('/sandbox/faults', {}, () => false);
  const plan = useAct<FaultAnswer>(
    () => ({
      method: 'POST',
      path: '/sandbox/faults',
      body: {
        pg_provider: provider,
        operation,
        kind,
        count: Number(count),
        ...(kind === 'slow' ? { delay_ms: Number(delay) } : {}),
        ...(impUid.trim() === '' ? {} : { imp_uid: impUid.trim() }),
      },
    }),
    { onDone: () => toast(words.planned) },
  );
  const takeBack = useAct<unknown, string>((id) => ({
    method: 'DELETE',
    path: id === '' ? '/sandbox/faults' : `/sandbox/faults/${encodeURIComponent(id)}`,
  }));
  const nameOf = <Name extends string>(names: Readonly<Record<Name, string>>, key: string): string =>
    (names as Readonly<Record<string, string>>)[key] ?? key;
  const columns: readonly Column<FaultAnswer>[] = [
    { key: 'pg', head: words.gateway, isFixed: true, cell: (fault) => fault.pg_provider },
    {
      key: 'operation',
      head: words.operation,
      isFixed: true,
      cell: (fault) => (fault.operation === 'any' ? words.anyOperation : nameOf(words.operations, fault.operation)),
    },
    { key: 'kind', head: words.kind, isFixed: true, cell: (fault) => nameOf(words.kinds, fault.kind) },
    { key: 'left', head: words.left, isFixed: true, align: 'end', cell: (fault) => fault.count },
    { key: 'struck', head: words.struck, isFixed: true, align: 'end', cell: (fault) => fault.struck },
    {
      key: 'act',
      head: words.takeBack,
      isFixed: true,
      cell: (fault) => <Button onClick={() => takeBack.mutate(fault.id)}>{words.takeBack}</Button>,
    },
  ];
  const faults = list.data?.list ?? [];
  return (
    <>
      <p>{words.faultsLead}</p>
      <form
        className="filter-bar"
        onSubmit={(event) => {
          event.preventDefault();
          if (!plan.isPending) plan.mutate();
        }}
      >
        <Select
          label={words.gateway}
          value={provider}
          options={[
            { value: 'any', label: words.anyGateway },
            ...choices.map((choice) => ({ value: choice.provider, label: choice.provider })),
          ]}
          onChange={setChosen}
        />
        <Select
          label={words.operation}
          value={operation}
          options={[
            ...Object.entries(words.operations).map(([value, label]) => ({ value, label })),
            { value: 'any', label: words.anyOperation },
          ]}
          onChange={setOperation}
        />
        <Select
          label={words.kind}
          value={kind}
          options={Object.entries(words.kinds).map(([value, label]) => ({ value, label }))}
          onChange={(value) => setKind(value as Kind)}
        />
        {kind === 'slow' && <TextField label={words.delay} inputMode="numeric" value={delay} onChange={setDelay} />}
        <TextField label={words.count} inputMode="numeric" value={count} onChange={setCount} />
        <TextField label={words.onlyPayment} value={impUid} autoComplete="off" onChange={setImpUid} />
        <div className="filter-acts">
          <Button kind="primary" type="submit" isBusy={plan.isPending}>
            {words.plan}
          </Button>
        </div>
      </form>
      <Problem failure={plan.error ?? takeBack.error ?? list.error} />
      <h2>{words.faults}</h2>
      <DataTable
        name="sandbox-faults"
        caption={words.faults}
        columns={columns}
        rows={faults}
        rowKey={(fault) => `${fault.pg_provider} ${fault.id}`}
        empty={<EmptyState title={words.noFaults} />}
        acts={faults.length > 0 && <Button onClick={() => takeBack.mutate('')}>{words.takeAllBack}</Button>}
      />
    </>
  );
}
