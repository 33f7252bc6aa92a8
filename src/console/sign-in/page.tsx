import { useEffect, useState } from 'react';
import { useAct } from '../api/questions.ts';
import { Button } from '../elements/button.tsx';
import { TextField } from '../elements/field.tsx';
import { Problem } from '../elements/problem.tsx';
import { chooseLanguage, useLanguage } from '../language/language.ts';
import { useWords } from '../language/words.ts';
import type { OpenPageProps } from '../shell/app.tsx';
import { shellWords } from '../shell/words.ts';
import { signInWords } from './words.ts';

/** The way in. */
export default function SignInPage({ session, onSignedIn }: OpenPageProps) {
  const words = useWords(signInWords);
  const shell = useWords(shellWords);
  const language = useLanguage();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const onDone = () => void onSignedIn();
  const signIn = useAct(() => ({ method: 'POST', path: '/console/api/sign-in', body: { email, password } }), {
    onDone,
  });
  const demo = useAct(() => ({ method: 'POST', path: '/console/api/demo-session', body: {} }), { onDone });
  useEffect(() => {
    document.title = words.title;
  }, [words.title]);
  return (
    <main className={`sign-in ${session.mode}`}>
      <p className="mode">{session.mode === 'live' ? words.live : words.sandbox}</p>
      <h1>{words.title}</h1>
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
