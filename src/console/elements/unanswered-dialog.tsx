import { useWords } from '../language/words.ts';
import { Dialog } from './dialog.tsx';
import { Loading } from './loading.tsx';
import { elementWords } from './words.ts';

interface UnansweredDialogProps {
  /** That it is no failure, what goes on by itself, and what nobody should do meanwhile. */
  readonly children: string;
  onClose(): void;
}

/** What was sent may have been carried out, and is asked for again. */
export function UnansweredDialog({ children, onClose }: UnansweredDialogProps) {
  return (
    <Dialog title={useWords(elementWords).unanswered} onClose={onClose}>
      <div className="problem doubt" role="status">
        <p>{children}</p>
      </div>
      <Loading />
    </Dialog>
  );
}
