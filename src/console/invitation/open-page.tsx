import { useEffect, useState } from 'react';
import { useLocation, useParams } from 'wouter';
import type { OpenInvitationAnswer } from '../../api/views/member.ts';
import { useAct, useAnswer } from '../api/questions.ts';
import { Button, LinkButton } from '../elements/button.tsx';
import { TextField } from '../elements/field.tsx';
import { Loading } from '../elements/loading.tsx';
import { Problem } from '../elements/problem.tsx';
import { useWords } from '../language/words.ts';
import type { OpenPageProps } from '../shell/app.tsx';
import type { SessionAnswer } from '../shell/session.ts';
import { shellWords } from '../shell/words.ts';
import { invitationWords } from './words.ts';

/** What whoever has been handed a link does with it. */
export default function InvitationPage({ session, onSignedIn }: OpenPageProps) {
  const words = useWords(invitationWords);
  const { token = '' } = useParams<{ readonly token: string }>();
  const path = `/console/api/invitations/${encodeURIComponent(token)}`;
  const invitation = useAnswer<OpenInvitationAnswer>(path);
  const title = invitation.data?.is_new_password ? words.newPassword : words.title;
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <main className={`sign-in ${session.mode}`}>
      <h1>{title}</h1>
      {invitation.isLoading && <Loading />}
      {invitation.error && !invitation.data && (
        <>
          <Problem failure={invitation.error} />
          <LinkButton href="/sign-in">{words.toSignIn}</LinkButton>
        </>
      )}
      {invitation.data && <AcceptForm path={path} invitation={invitation.data} onSignedIn={onSignedIn} />}
    </main>
  );
}

function AcceptForm({
  path,
  invitation,
  onSignedIn,
}: {
  readonly path: string;
  readonly invitation: OpenInvitationAnswer;
  onSignedIn(): Promise<unknown>;
}) {
  const words = useWords(invitationWords);
  const { roles } = useWords(shellWords);
  const [, navigate] = useLocation();
  const [email, setEmail] = useState(invitation.email ?? '');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const isNew = !invitation.is_new_password;
  const accept = useAct<SessionAnswer>(
    () => ({ method: 'POST', path, body: { ...(isNew ? { email, name } : {}), password } }),
    {
      onDone: ({ second_factor }) => {
        // The link is used up: nothing of it stays in the browser's history. Whoever has a second factor goes on with that.
        navigate(second_factor ? `/#${[second_factor.ticket, ...second_factor.kinds].join('.')}` : '/', {
          replace: true,
        });
        void onSignedIn();
      },
    },
  );
  return (
    <>
      <p>
        {isNew
          ? words.invited(invitation.merchant_name, roles[invitation.role])
          : words.forPassword(invitation.email ?? '')}
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!accept.isPending) accept.mutate();
        }}
      >
        <TextField
          label={words.email}
          type="email"
          autoComplete="username"
          required
          readOnly={invitation.email !== null}
          value={email}
          onChange={setEmail}
        />
        {isNew && <TextField label={words.name} autoComplete="name" required value={name} onChange={setName} />}
        <TextField
          label={words.password}
          hint={words.passwordHint}
          type="password"
          autoComplete="new-password"
          required
          value={password}
          onChange={setPassword}
        />
        <Problem failure={accept.error} />
        <Button kind="primary" type="submit" isBusy={accept.isPending}>
          {isNew ? words.accept : words.savePassword}
        </Button>
      </form>
    </>
  );
}
