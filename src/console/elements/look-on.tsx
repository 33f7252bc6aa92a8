import { useWords } from '../language/words.ts';
import { Button } from './button.tsx';
import { EmptyState } from './empty-state.tsx';
import { timeText } from './time.tsx';
import { elementWords } from './words.ts';

/** Below a list whose filter fits so few that it has stopped to look: how far it has looked, and the way on. */
export function LookOn({
  until,
  pages,
}: {
  /** Seconds since 1970; 0 and `undefined`: it has not stopped. */
  readonly until: number | undefined;
  readonly pages: { readonly isLoadingMore: boolean; loadMore(): void };
}) {
  const words = useWords(elementWords);
  if (!until) return null;
  return (
    <p role="status" className="looked-until">
      {words.lookedUntil(timeText(until))}{' '}
      <Button isBusy={pages.isLoadingMore} onClick={pages.loadMore}>
        {words.lookOn}
      </Button>
    </p>
  );
}

/** In place of the rows of such a list. `title` says that there are none at all. */
export function NoneFound({ title, ...look }: Parameters<typeof LookOn>[0] & { readonly title: string }) {
  const words = useWords(elementWords);
  return (
    <EmptyState title={look.until ? words.nothingYet : title}>
      <LookOn {...look} />
    </EmptyState>
  );
}
