import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useLocation } from 'wouter';
import { call } from '../api/call.ts';
import type { ApiFailure } from '../api/failure.ts';
import { askPasskey, hasPasskeys } from '../api/passkeys.ts';
import { useAct } from '../api/questions.ts';
import { Button } from '../elements/button.tsx';
import { TextField } from '../elements/field.tsx';
import { Problem } from '../elements/problem.tsx';
import { chooseLanguage, useLanguage } from '../language/language.ts';
import { useWords } from '../language/words.ts';
import type { OpenPageProps } from '../shell/app.tsx';
import type { SessionAnswer } from '../shell/session.ts';
import { shellWords } from '../shell/words.ts';
import { SecondStepForm } from './second-step.tsx';
import { signInWords } from './words.ts';

/** The way in. */
export default function SignInPage({ session, onSignedIn }: OpenPageProps) {
  const words = useWords(signInWords);
  const shell = useWords(shellWords);
  const language = useLanguage();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [path, navigate] = useLocation();
  const onDone = () => {
    // The page that was asked for is at the address, unless that is this one.
    if (path === '/sign-in') navigate('/', { replace: true });
    void onSignedIn();
  };
  const [second, setSecond] = useState(secondStepInAddress);
  const problem = problemInAddress(words.problems);
  const signIn = useAct<SessionAnswer>(
    () => ({ method: 'POST', path: '/console/api/sign-in', body: { email, password } }),
    {
      onDone: ({ second_factor }) => {
        if (!second_factor) return onDone();
        setPassword('');
        setSecond(second_factor);
      },
    },
  );
  const passkey = useMutation<unknown, ApiFailure>({
    mutationFn: async () =>
      call('POST', '/console/api/sign-in/passkey', {
        body: { passkey: await askPasskey('/console/api/sign-in/passkey-options') },
      }),
    onSuccess: onDone,
  });
  const demo = useAct(() => ({ method: 'POST', path: '/console/api/demo-session', body: {} }), { onDone });
  useEffect(() => {
    // Nothing of it stays in the address, from which it could be copied.
    if (location.hash !== '') history.replaceState(null, '', location.pathname);
  }, []);
  useEffect(() => {
    document.title = words.title;
  }, [words.title]);
  return (
    <main className={`sign-in ${session.mode}`}>
      <p className="mode">{session.mode === 'live' ? words.live : words.sandbox}</p>
      <h1>{words.title}</h1>
      {problem && (
        <p className="problem bad" role="alert">
          {problem}
        </p>
      )}
      {second ? (
        <SecondStepForm step={second} onDone={onDone} onAgain={() => setSecond(null)} />
      ) : (
        <>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              if (!signIn.isPending) signIn.mutate();
            }}
          >
            <TextField
              label={words.email}
              type="email"
              autoComplete="username"
              required
              value={email}
              onChange={setEmail}
            />
            <TextField
              label={words.password}
              type="password"
              autoComplete="current-password"
              required
              value={password}
              onChange={setPassword}
            />
            <Problem failure={signIn.error} />
            <Button kind="primary" type="submit" isBusy={signIn.isPending}>
              {words.signIn}
            </Button>
          </form>
          {session.demo && (
            <section>
              <p className="faint">{words.demoText}</p>
              <Problem failure={demo.error} />
              <Button isBusy={demo.isPending} onClick={() => demo.mutate()}>
                {words.demo}
              </Button>
            </section>
          )}
          <Problem failure={passkey.error} />
          {hasPasskeys() && (
            <Button isBusy={passkey.isPending} onClick={() => passkey.mutate()}>
              {words.passkey}
            </Button>
          )}
          {session.company_sign_in !== null && (
            <a className="button plain" href="/console/api/oidc/start">
              {words.company(session.company_sign_in)}
            </a>
          )}
        </>
      )}
      <Button
        kind="quiet"
        lang={language === 'ko' ? 'en' : 'ko'}
        title={shell.languageLabel}
        onClick={() => chooseLanguage(language === 'ko' ? 'en' : 'ko')}
      >
        {shell.language}
      </Button>
    </main>
  );
}

/** The company's sign-in leads back here with what is left to be shown. A render may be thrown away, so it is only read here. */
function secondStepInAddress(): SessionAnswer['second_factor'] {
  const [ticket = '', ...kinds] = location.hash.slice(1).split('.');
  if (ticket === '') return null;
  return { ticket, kinds: (['totp', 'passkey'] as const).filter((kind) => kinds.includes(kind)) };
}

function problemInAddress(problems: Readonly<Record<string, string>>): string | undefined {
  return problems[new URLSearchParams(location.search).get('problem') ?? ''];
}
