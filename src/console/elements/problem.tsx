import { type ReactNode, useEffect, useRef } from 'react';
import type { ApiFailure } from '../api/failure.ts';
import { useWords } from '../language/words.ts';
import { Button } from './button.tsx';
import { ServerWords } from './server-words.tsx';
import { elementWords } from './words.ts';

/** Why something could not be shown or done: the server's own words. Nothing where there is no failure. */
export function Problem({
  failure,
  children,
  onRetry,
}: {
  readonly failure: ApiFailure | null | undefined;
  /** What it means here. */
  readonly children?: ReactNode;
  readonly onRetry?: (() => void) | undefined;
}) {
  const words = useWords(elementWords);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Below the end of a long dialog nobody would look for it.
    if (failure && box.current?.closest('.dialog')) box.current.scrollIntoView({ block: 'nearest' });
  }, [failure]);
  if (!failure) return null;
  // The browser says nothing that helps, and says it in its own language.
  const ofPasskeys: Readonly<Record<string, string>> = {
    passkey_not_used: words.passkeyNotUsed,
    passkey_is_there: words.passkeyIsThere,
  };
  const ours = failure.isLost ? words.lostTitle : ofPasskeys[failure.errorCode];
  return (
    <div ref={box} className={`problem ${failure.isLost ? 'doubt' : 'bad'}`} role="alert">
      {ours === undefined ? (
        <ServerWords failure={failure} className="problem-message" />
      ) : (
        <p className="problem-message">{ours}</p>
      )}
      {failure.isLost && <p>{words.lostText}</p>}
      {children}
      {failure.retryAfterSeconds !== undefined && <p>{words.retryAfter(failure.retryAfterSeconds)}</p>}
      {!failure.isLost && (
        <p className="faint">
          {words.errorCode}: <code>{failure.errorCode}</code>
        </p>
      )}
      {onRetry && <Button onClick={onRetry}>{words.tryAgain}</Button>}
    </div>
  );
}
