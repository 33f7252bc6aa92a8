import { useState } from 'react';
import type { ConsoleSettingsAnswer } from '../../../api/views/console-settings.ts';
import type { MemberAnswer, MemberListAnswer } from '../../../api/views/member.ts';
import { useAct, useAnswer, usePages } from '../../api/questions.ts';
import { Badge } from '../../elements/badge.tsx';
import { Button } from '../../elements/button.tsx';
import { type Column, DataTable } from '../../elements/data-table.tsx';
import { Dialog } from '../../elements/dialog.tsx';
import { Checkbox } from '../../elements/field.tsx';
import { Loading } from '../../elements/loading.tsx';
import { Problem } from '../../elements/problem.tsx';
import { useToast } from '../../elements/toast.tsx';
import { useWords } from '../../language/words.ts';
import { Page } from '../../shell/page.tsx';
import { useSession } from '../../shell/session.ts';
import { ruleWords } from './words.ts';

/** What an owner asks of everybody who signs in. */
export default function SignInRulesPage() {
  const words = useWords(ruleWords);
  const settings = useAnswer<ConsoleSettingsAnswer>('/console-settings');
  return (
    <Page title={words.title} lead={words.lead}>
      <Problem failure={settings.error} onRetry={() => void settings.refetch()} />
      {settings.isLoading && <Loading />}
      {settings.data && <RulesForm settings={settings.data} />}
      <FactorsOfMembers />
    </Page>
  );
}

function RulesForm({ settings }: { readonly settings: ConsoleSettingsAnswer }) {
  const words = useWords(ruleWords);
  const toast = useToast();
  const [isRequired, setRequired] = useState(settings.second_factor_required);
  const [stepUp, setStepUp] = useState(settings.step_up);
  const save = useAct<ConsoleSettingsAnswer>(
    () => ({
      method: 'PUT',
      path: '/console-settings',
      body: { second_factor_required: isRequired, step_up: stepUp },
    }),
    { onDone: () => toast(words.saved) },
  );
  return (
    <form
      className="card"
      onSubmit={(event) => {
        event.preventDefault();
        if (!save.isPending) save.mutate();
      }}
    >
      <Checkbox label={words.required} hint={words.requiredHint} isChecked={isRequired} onChange={setRequired} />
      <Checkbox label={words.stepUp} hint={words.stepUpHint} isChecked={stepUp} onChange={setStepUp} />
      <Problem failure={save.error} />
      <Button kind="primary" type="submit" isBusy={save.isPending}>
        {words.save}
      </Button>
    </form>
  );
}

function FactorsOfMembers() {
  const words = useWords(ruleWords);
  const toast = useToast();
  const { member } = useSession();
  const [chosen, setChosen] = useState<MemberAnswer>();
  const pages = usePages<MemberListAnswer, MemberAnswer>(
    '/members',
    {},
    { rows: ({ list }) => list, next: ({ next }) => (next === null ? undefined : { after: next }) },
  );
  const reset = useAct<unknown, string>((id) => ({ method: 'DELETE', path: `/members/${id}/second-factors` }), {
    onDone: () => {
      toast(words.wasReset);
      setChosen(undefined);
    },
  });
  const columns: readonly Column<MemberAnswer>[] = [
    { key: 'member', head: words.member, isFixed: true, cell: (each) => each.email },
    {
      key: 'factor',
      head: words.factor,
      isFixed: true,
      cell: (each) =>
        each.has_second_factor ? <Badge tone="good">{words.has}</Badge> : <Badge tone="neutral">{words.hasNot}</Badge>,
    },
    {
      key: 'acts',
      head: words.acts,
      isFixed: true,
      cell: (each) =>
        each.has_second_factor && each.email !== member.email ? (
          <Button aria-label={words.resetOf(each.email)} onClick={() => setChosen(each)}>
            {words.reset}
          </Button>
        ) : (
          ''
        ),
    },
  ];
  return (
    <section>
      <h2>{words.members}</h2>
      <DataTable
        name="factors-of-members"
        caption={words.members}
        columns={columns}
        pages={pages}
        rowKey={(each) => each.member_id}
      />
      {chosen && (
        <Dialog
          title={words.resetTitle(chosen.email)}
          act={{
            label: words.reset,
            kind: 'danger',
            isBusy: reset.isPending,
            onAct: () => reset.mutate(chosen.member_id),
          }}
          lead={words.resetText}
          onClose={() => setChosen(undefined)}
        >
          <Problem failure={reset.error} />
        </Dialog>
      )}
    </section>
  );
}
