import type { ReactNode } from 'react';
import type { ApiFailure } from '../api/failure.ts';
import { useWords } from '../language/words.ts';
import { Button } from './button.tsx';
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
  if (!failure) return null;
  return (
    <div className={`problem ${failure.isLost ? 'doubt' : 'bad'}`} role="alert">
      <p className="problem-message">{failure.isLost ? words.lostTitle : failure.message}</p>
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
