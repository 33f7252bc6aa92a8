import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../api/call.ts';
import type { ApiFailure } from '../api/failure.ts';
import { askPasskey, hasPasskeys } from '../api/passkeys.ts';
import { failureOfLast, useAct } from '../api/questions.ts';
import { Button } from '../elements/button.tsx';
import { TextField } from '../elements/field.tsx';
import { Problem } from '../elements/problem.tsx';
import { useWords } from '../language/words.ts';
import type { SessionAnswer } from '../shell/session.ts';
import { signInWords } from './words.ts';

/** After the password: a code, or a passkey. */
export function SecondStepForm({
  step: { ticket, kinds },
  onDone,
  onAgain,
}: {
  readonly step: NonNullable<SessionAnswer['second_factor']>;
  onDone(): void;
  onAgain(): void;
}) {
  const words = useWords(signInWords);
  const [code, setCode] = useState('');
  const byCode = useAct(() => ({ method: 'POST', path: '/console/api/sign-in/code', body: { ticket, code } }), {
    onDone,
  });
  const byPasskey = useMutation<unknown, ApiFailure>({
    mutationFn: async () =>
      call('POST', '/console/api/sign-in/passkey', {
        body: { ticket, passkey: await askPasskey('/console/api/sign-in/passkey-options', { ticket }) },
      }),
    onSuccess: onDone,
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!byCode.isPending) byCode.mutate();
      }}
    >
      <h2>{words.secondStep}</h2>
      <p className="faint">{words.secondText}</p>
      {kinds.includes('passkey') && hasPasskeys() && (
        <Button isBusy={byPasskey.isPending} onClick={() => byPasskey.mutate()}>
          {words.passkey}
        </Button>
      )}
      <TextField label={words.code} autoComplete="one-time-code" required value={code} onChange={setCode} />
      <Problem failure={failureOfLast(byPasskey, byCode)} />
      <Button kind="primary" type="submit" isBusy={byCode.isPending}>
        {words.confirm}
      </Button>
      <Button kind="quiet" onClick={onAgain}>
        {words.again}
      </Button>
    </form>
  );
}
