import { useState } from 'react';
import type { EndedSessionsAnswer, SessionListAnswer } from '../../../api/views/console-session.ts';
import { useAct, useAnswer } from '../../api/questions.ts';
import { Badge } from '../../elements/badge.tsx';
import { Button } from '../../elements/button.tsx';
import { type Column, DataTable } from '../../elements/data-table.tsx';
import { TextField } from '../../elements/field.tsx';
import { Problem } from '../../elements/problem.tsx';
import { Time } from '../../elements/time.tsx';
import { useToast } from '../../elements/toast.tsx';
import { useWords } from '../../language/words.ts';
import { Page } from '../../shell/page.tsx';
import { useSession } from '../../shell/session.ts';
import { sessionWords } from './words.ts';

type Row = SessionListAnswer['list'][number];

/** The browsers in which the member has signed in, and the password. */
export default function MySessionsPage() {
  const words = useWords(sessionWords);
  const toast = useToast();
  const list = useAnswer<SessionListAnswer>('/console/api/sessions');
  const end = useAct<EndedSessionsAnswer, string>(
    (id) => ({ method: 'DELETE', path: `/console/api/sessions${id === '' ? '' : `/${id}`}` }),
    { onDone: ({ ended }) => toast(words.ended(ended)) },
  );
  const rows = list.data?.list ?? [];
  const columns: readonly Column<Row>[] = [
    {
      key: 'browser',
      head: words.browser,
      isFixed: true,
      cell: (each) => (
        <>
          {browserOf(each.user_agent) ?? words.unknown} {each.is_current && <Badge tone="good">{words.current}</Badge>}
        </>
      ),
    },
    { key: 'address', head: words.address, isFixed: true, cell: (each) => each.address },
    { key: 'began', head: words.began, isFixed: true, cell: (each) => <Time at={each.created_at} /> },
    { key: 'seen', head: words.lastSeen, isFixed: true, cell: (each) => <Time at={each.last_seen_at} /> },
    { key: 'expires', head: words.expires, isFixed: true, cell: (each) => <Time at={each.expires_at} /> },
    {
      key: 'acts',
      head: words.acts,
      isFixed: true,
      cell: (each) => (each.is_current ? '' : <Button onClick={() => end.mutate(each.session_id)}>{words.end}</Button>),
    },
  ];
  return (
    <Page
      title={words.title}
      lead={words.lead}
      acts={rows.length > 1 && <Button onClick={() => end.mutate('')}>{words.endOthers}</Button>}
    >
      <Problem failure={list.error ?? end.error} />
      <DataTable
        name="sessions"
        caption={words.title}
        columns={columns}
        rows={rows}
        rowKey={(each) => each.session_id}
      />
      <PasswordForm />
    </Page>
  );
}

function PasswordForm() {
  const words = useWords(sessionWords);
  const toast = useToast();
  const { member } = useSession();
  const [now, setNow] = useState('');
  const [next, setNext] = useState('');
  const change = useAct<EndedSessionsAnswer>(
    () => ({ method: 'PUT', path: '/console/api/password', body: { password: now, new_password: next } }),
    {
      onDone: () => {
        setNow('');
        setNext('');
        toast(words.passwordChanged);
      },
    },
  );
  return (
    <section className="card">
      <h2>{words.password}</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!change.isPending) change.mutate();
        }}
      >
        {/* Password managers want to know whose it is. */}
        <input type="hidden" autoComplete="username" value={member.email} />
        <TextField
          label={words.passwordNow}
          type="password"
          autoComplete="current-password"
          required
          value={now}
          onChange={setNow}
        />
        <TextField
          label={words.passwordNew}
          hint={words.passwordHint}
          type="password"
          autoComplete="new-password"
          required
          value={next}
          onChange={setNext}
        />
        <Problem failure={change.error} />
        <Button type="submit" isBusy={change.isPending}>
          {words.passwordChange}
        </Button>
      </form>
    </section>
  );
}

/** Enough of it that somebody knows their own browsers again. */
function browserOf(agent: string): string | undefined {
  const name = /(?:Edg|OPR|Whale|SamsungBrowser|Firefox|HeadlessChrome|Chrome|Version)\/(\d+)/.exec(agent);
  const system = /Windows|Android|iPhone|iPad|Mac OS X|Linux/.exec(agent)?.[0];
  if (!name) return agent.slice(0, 40) || undefined;
  const browser = (name[0].split('/')[0] ?? '')
    .replace('Edg', 'Edge')
    .replace('OPR', 'Opera')
    .replace('Version', 'Safari');
  return [browser, name[1], system && `(${system})`].filter(Boolean).join(' ');
}
