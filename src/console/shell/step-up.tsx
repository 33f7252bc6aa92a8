import { useMutation } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { SecondFactorsAnswer } from '../../api/views/second-factor.ts';
import { call, onStepUp } from '../api/call.ts';
import type { ApiFailure } from '../api/failure.ts';
import { askPasskey, hasPasskeys } from '../api/passkeys.ts';
import { failureOfLast, useAnswer } from '../api/questions.ts';
import { Button } from '../elements/button.tsx';
import { Dialog } from '../elements/dialog.tsx';
import { TextField } from '../elements/field.tsx';
import { Problem } from '../elements/problem.tsx';
import { useWords } from '../language/words.ts';
import { shellWords } from './words.ts';

/** Asks whoever sits there to show once more who it is; what was asked for then goes on by itself, under the same key. */
export function StepUp() {
  const [asked, setAsked] = useState<{ readonly resolve: (isDone: boolean) => void }>();
  useEffect(
    () =>
      onStepUp(
        () =>
          new Promise<boolean>((resolve) => {
            setAsked((before) => {
              before?.resolve(false);
              return { resolve };
            });
          }),
      ),
    [],
  );
  if (!asked) return null;
  return (
    <StepUpDialog
      onEnd={(isDone) => {
        setAsked(undefined);
        asked.resolve(isDone);
      }}
    />
  );
}

function StepUpDialog({ onEnd }: { onEnd(isDone: boolean): void }) {
  const words = useWords(shellWords);
  const [text, setText] = useState('');
  const factors = useAnswer<SecondFactorsAnswer>('/console/api/factors');
  const list = factors.data?.list ?? [];
  const isByPassword = factors.data !== undefined && list.length === 0;
  const show = useMutation<unknown, ApiFailure, object>({
    mutationFn: (body) => call('POST', '/console/api/step-up', { body }),
    onSuccess: () => onEnd(true),
  });
  const passkey = useMutation<unknown, ApiFailure>({
    mutationFn: async () => {
      const passkeyShown = await askPasskey('/console/api/step-up/passkey-options');
      return call('POST', '/console/api/step-up', { body: { passkey: passkeyShown } });
    },
    onSuccess: () => onEnd(true),
  });
  return (
    <Dialog
      title={words.stepUp}
      act={{
        label: words.stepUpConfirm,
        isBusy: show.isPending,
        isDisabled: text.trim() === '' || passkey.isPending,
        onAct: () => show.mutate(isByPassword ? { password: text } : { code: text }),
      }}
      lead={words.stepUpText}
      onClose={() => onEnd(false)}
    >
      {hasPasskeys() && list.some(({ kind }) => kind === 'passkey') && (
        <Button isBusy={passkey.isPending} disabled={show.isPending} onClick={() => passkey.mutate()}>
          {words.stepUpPasskey}
        </Button>
      )}
      {factors.data && (
        <TextField
          label={isByPassword ? words.stepUpPassword : words.stepUpCode}
          type={isByPassword ? 'password' : 'text'}
          autoComplete={isByPassword ? 'current-password' : 'one-time-code'}
          autoFocus
          value={text}
          onChange={setText}
        />
      )}
      <Problem failure={factors.error ?? failureOfLast(show, passkey)} />
    </Dialog>
  );
}
