import type { ApiFailure } from '../api/failure.ts';
import { useLanguage } from '../language/language.ts';

/** What the server said. It speaks Korean, a gateway's own words among it; on an English page its meaning comes first. */
export function ServerWords({
  failure: { message, meaning },
  ...attributes
}: {
  readonly failure: Pick<ApiFailure, 'message' | 'meaning'>;
  readonly className?: string;
  readonly role?: 'status';
}) {
  if (useLanguage() === 'ko' || meaning === undefined) return <p {...attributes}>{message}</p>;
  return (
    <>
      <p {...attributes}>{meaning}</p>
      <p className="faint" lang="ko">
        {message}
      </p>
    </>
  );
}
