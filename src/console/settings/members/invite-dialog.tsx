import { useState } from 'react';
import type { MadeInvitationAnswer } from '../../../api/views/member.ts';
import { useAct } from '../../api/questions.ts';
import { Dialog } from '../../elements/dialog.tsx';
import { TextField } from '../../elements/field.tsx';
import { Problem } from '../../elements/problem.tsx';
import { useWords } from '../../language/words.ts';
import { bodyOf, isComplete, type Rights, RightsFields } from './rights-fields.tsx';
import { memberWords } from './words.ts';

export function InviteDialog({ onMade, onClose }: { onMade(made: MadeInvitationAnswer): void; onClose(): void }) {
  const words = useWords(memberWords);
  const [email, setEmail] = useState('');
  const [rights, setRights] = useState<Rights>({ role: 'operator', tiers: null, mayExport: false });
  const invite = useAct<MadeInvitationAnswer>(
    () => ({ method: 'POST', path: '/members/invitations', body: { email: email.trim(), ...bodyOf(rights) } }),
    { onDone: onMade },
  );
  return (
    <Dialog
      title={words.invite}
      act={{
        label: words.makeLink,
        isBusy: invite.isPending,
        isDisabled: !email.includes('@') || !isComplete(rights),
        onAct: () => invite.mutate(),
      }}
      onClose={onClose}
    >
      <TextField label={words.email} type="email" autoComplete="off" value={email} onChange={setEmail} />
      <RightsFields value={rights} onChange={setRights} />
      <Problem failure={invite.error} />
    </Dialog>
  );
}
