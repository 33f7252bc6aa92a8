import type { MadeInvitationAnswer } from '../../../api/views/member.ts';
import { CopyId } from '../../elements/copy-id.tsx';
import { Dialog } from '../../elements/dialog.tsx';
import { useWords } from '../../language/words.ts';
import { memberWords } from './words.ts';

/** The only time that the link is seen. */
export function LinkDialog({ made, onClose }: { readonly made: MadeInvitationAnswer; onClose(): void }) {
  const words = useWords(memberWords);
  return (
    <Dialog title={words.linkTitle} lead={words.linkText} isWide onClose={onClose}>
      <p>
        {made.email}
        <br />
        <span className="link-to-hand-over">
          <CopyId id={made.link} label={words.linkLabel} />
        </span>
      </p>
    </Dialog>
  );
}
