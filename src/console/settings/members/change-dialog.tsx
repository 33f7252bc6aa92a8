import { useState } from 'react';
import type { MemberAnswer } from '../../../api/views/member.ts';
import { useAct } from '../../api/questions.ts';
import { Dialog } from '../../elements/dialog.tsx';
import { TextField } from '../../elements/field.tsx';
import { Problem } from '../../elements/problem.tsx';
import { useToast } from '../../elements/toast.tsx';
import { useWords } from '../../language/words.ts';
import { bodyOf, isComplete, type Rights, RightsFields } from './rights-fields.tsx';
import { memberWords } from './words.ts';

export function ChangeDialog({
  member,
  isOwn,
  onClose,
}: {
  readonly member: MemberAnswer;
  readonly isOwn: boolean;
  onClose(): void;
}) {
  const words = useWords(memberWords);
  const toast = useToast();
  const [name, setName] = useState(member.name);
  const [rights, setRights] = useState<Rights>({
    role: member.role,
    tiers: member.tiers,
    mayExport: member.extra_rights.includes('export'),
  });
  const save = useAct<MemberAnswer>(
    () => ({
      method: 'PUT',
      path: `/members/${member.member_id}`,
      body: { name, ...(isOwn ? {} : bodyOf(rights)) },
    }),
    {
      onDone: () => {
        toast(words.saved);
        onClose();
      },
    },
  );
  return (
    <Dialog
      title={words.changeTitle(member.email)}
      act={{
        label: words.save,
        isBusy: save.isPending,
        isDisabled: name.trim() === '' || !isComplete(rights),
        onAct: () => save.mutate(),
      }}
      onClose={onClose}
    >
      <TextField label={words.name} autoComplete="off" value={name} onChange={setName} />
      {isOwn ? <p className="faint">{words.ownRights}</p> : <RightsFields value={rights} onChange={setRights} />}
      <Problem failure={save.error} />
    </Dialog>
  );
}
