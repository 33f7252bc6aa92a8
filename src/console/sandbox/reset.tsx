import { useState } from 'react';
import { useAct } from '../api/questions.ts';
import { Button } from '../elements/button.tsx';
import { Dialog } from '../elements/dialog.tsx';
import { Problem } from '../elements/problem.tsx';
import { useToast } from '../elements/toast.tsx';
import { useWords } from '../language/words.ts';
import { sandboxWords } from './words.ts';

/** Forgets what has happened in the sandbox. */
export function Reset() {
  const words = useWords(sandboxWords);
  const toast = useToast();
  const [isOpen, setIsOpen] = useState(false);
  const reset = useAct<unknown>(() => ({ method: 'POST', path: '/sandbox/reset', body: {} }), {
    onDone: () => {
      setIsOpen(false);
      toast(words.resetDone);
    },
  });
  return (
    <section className="card">
      <p>{words.resetLead}</p>
      <Button kind="danger" onClick={() => setIsOpen(true)}>
        {words.reset}
      </Button>
      {isOpen && (
        <Dialog
          title={words.resetTitle}
          isOfMoney
          act={{ label: words.resetAct, kind: 'danger', isBusy: reset.isPending, onAct: () => reset.mutate() }}
          lead={words.resetLead}
          onClose={() => setIsOpen(false)}
        >
          <p className="consequence">{words.resetText}</p>
          <Problem failure={reset.error} />
        </Dialog>
      )}
    </section>
  );
}
