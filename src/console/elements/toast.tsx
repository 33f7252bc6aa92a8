import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { useWords } from '../language/words.ts';
import { elementWords } from './words.ts';

interface Shown {
  readonly id: number;
  readonly text: string;
}

const ToastContext = createContext<(text: string) => void>(() => {});
const shownForMs = 6_000;
let lastId = 0;

/** `toast('…')` says what was done, in passing. What came of money stands on the page itself. */
export function useToast(): (text: string) => void {
  return useContext(ToastContext);
}

export function ToastRegion({ children }: { readonly children: ReactNode }) {
  const words = useWords(elementWords);
  const [toasts, setToasts] = useState<readonly Shown[]>([]);
  const add = useCallback((text: string) => {
    lastId += 1;
    const shown = { id: lastId, text };
    setToasts((before) => [...before.slice(-2), shown]);
  }, []);
  const remove = useCallback((id: number) => setToasts((before) => before.filter((each) => each.id !== id)), []);
  return (
    <ToastContext value={add}>
      {children}
      <div className="toasts" role="status" aria-live="polite">
        {toasts.map((each) => (
          <Toast key={each.id} shown={each} onEnd={remove} label={words.dismiss} />
        ))}
      </div>
    </ToastContext>
  );
}

function Toast({ shown, onEnd, label }: { readonly shown: Shown; readonly label: string; onEnd(id: number): void }) {
  const end = useMemo(() => () => onEnd(shown.id), [onEnd, shown.id]);
  useEffect(() => {
    const timer = setTimeout(end, shownForMs);
    return () => clearTimeout(timer);
  }, [end]);
  return (
    <div className="toast">
      <span>{shown.text}</span>
      <button type="button" className="icon-button" aria-label={label} onClick={end}>
        ×
      </button>
    </div>
  );
}
