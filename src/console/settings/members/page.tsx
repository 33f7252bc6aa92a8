import { useState } from 'react';
import type {
  InvitationAnswer,
  InvitationListAnswer,
  MadeInvitationAnswer,
  MemberAnswer,
  MemberListAnswer,
} from '../../../api/views/member.ts';
import { useAct, useAnswer, usePages } from '../../api/questions.ts';
import { Badge } from '../../elements/badge.tsx';
import { Button } from '../../elements/button.tsx';
import { type Column, DataTable } from '../../elements/data-table.tsx';
import { Dialog } from '../../elements/dialog.tsx';
import { EmptyState } from '../../elements/empty-state.tsx';
import { Problem } from '../../elements/problem.tsx';
import { Time } from '../../elements/time.tsx';
import { useToast } from '../../elements/toast.tsx';
import { useWords } from '../../language/words.ts';
import { Page } from '../../shell/page.tsx';
import { useSession } from '../../shell/session.ts';
import { shellWords } from '../../shell/words.ts';
import { ChangeDialog } from './change-dialog.tsx';
import { InviteDialog } from './invite-dialog.tsx';
import { LinkDialog } from './link-dialog.tsx';
import { memberWords } from './words.ts';

type Open =
  | { readonly kind: 'invite' }
  | { readonly kind: 'link'; readonly made: MadeInvitationAnswer }
  | { readonly kind: 'change' | 'remove'; readonly member: MemberAnswer };

/** Who uses the console. */
export default function MembersPage() {
  const words = useWords(memberWords);
  const { roles } = useWords(shellWords);
  const toast = useToast();
  const { member: self } = useSession();
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const pages = usePages<MemberListAnswer, MemberAnswer>(
    '/members',
    {},
    {
      rows: ({ list }) => list,
      next: ({ next }) => (next === null ? undefined : { after: next }),
    },
  );
  const invitations = useAnswer<InvitationListAnswer>('/members/invitations');
  const showLink = (made: MadeInvitationAnswer) => setOpen({ kind: 'link', made });
  const passwordLink = useAct<MadeInvitationAnswer, string>(
    (id) => ({ method: 'POST', path: `/members/${id}/password-link`, body: {} }),
    { onDone: showLink },
  );
  const signOut = useAct<{ readonly ended: number }, string>(
    (id) => ({ method: 'DELETE', path: `/members/${id}/sessions` }),
    { onDone: ({ ended }) => toast(words.signedOut(ended)) },
  );
  const remove = useAct<unknown, string>((id) => ({ method: 'DELETE', path: `/members/${id}` }), {
    onDone: () => {
      toast(words.removed);
      close();
    },
  });
  const takeBack = useAct<unknown, string>((id) => ({ method: 'DELETE', path: `/members/invitations/${id}` }));

  const columns: readonly Column<MemberAnswer>[] = [
    {
      key: 'email',
      head: words.email,
      isFixed: true,
      cell: (each) => (
        <>
          {each.email} {each.email === self.email && <Badge>{words.you}</Badge>}
        </>
      ),
    },
    { key: 'name', head: words.name, cell: (each) => each.name },
    { key: 'role', head: words.role, isFixed: true, cell: (each) => roles[each.role] },
    { key: 'stores', head: words.stores, cell: (each) => each.tiers?.join(', ') ?? words.allStores },
    {
      key: 'seen',
      head: words.lastSeen,
      cell: (each) => (each.last_seen_at === 0 ? words.never : <Time at={each.last_seen_at} />),
    },
    {
      key: 'acts',
      head: words.acts,
      isFixed: true,
      cell: (each) => (
        <span className="row-acts">
          <Button onClick={() => setOpen({ kind: 'change', member: each })}>{words.change}</Button>
          <Button onClick={() => passwordLink.mutate(each.member_id)}>{words.passwordLink}</Button>
          <Button onClick={() => signOut.mutate(each.member_id)}>{words.signOutEverywhere}</Button>
          <Button onClick={() => setOpen({ kind: 'remove', member: each })}>{words.remove}</Button>
        </span>
      ),
    },
  ];
  const waiting: readonly Column<InvitationAnswer>[] = [
    {
      key: 'email',
      head: words.email,
      isFixed: true,
      cell: (each) => (
        <>
          {each.email} {each.is_new_password && <Badge>{words.forPassword}</Badge>}
        </>
      ),
    },
    { key: 'role', head: words.role, isFixed: true, cell: (each) => roles[each.role] },
    { key: 'by', head: words.invitedBy, isFixed: true, cell: (each) => each.invited_by },
    { key: 'expires', head: words.expires, isFixed: true, cell: (each) => <Time at={each.expires_at} /> },
    {
      key: 'acts',
      head: words.acts,
      isFixed: true,
      cell: (each) => <Button onClick={() => takeBack.mutate(each.invitation_id)}>{words.takeBack}</Button>,
    },
  ];
  return (
    <Page
      title={words.title}
      lead={words.lead}
      acts={
        <Button kind="primary" onClick={() => setOpen({ kind: 'invite' })}>
          {words.invite}
        </Button>
      }
    >
      <Problem failure={passwordLink.error ?? signOut.error ?? takeBack.error} />
      <DataTable
        name="members"
        caption={words.title}
        columns={columns}
        pages={pages}
        rowKey={(each) => each.member_id}
        rowId={(each) => each.email}
      />
      <h2>{words.invitations}</h2>
      <Problem failure={invitations.error} />
      <DataTable
        name="invitations"
        caption={words.invitations}
        columns={waiting}
        rows={invitations.data?.list ?? []}
        rowKey={(each) => each.invitation_id}
        empty={<EmptyState title={words.noInvitations} />}
      />
      {open?.kind === 'invite' && <InviteDialog onMade={showLink} onClose={close} />}
      {open?.kind === 'link' && <LinkDialog made={open.made} onClose={close} />}
      {open?.kind === 'change' && (
        <ChangeDialog member={open.member} isOwn={open.member.email === self.email} onClose={close} />
      )}
      {open?.kind === 'remove' && (
        <Dialog
          title={words.removeTitle(open.member.email)}
          isOfMoney
          act={{
            label: words.remove,
            kind: 'danger',
            isBusy: remove.isPending,
            onAct: () => remove.mutate(open.member.member_id),
          }}
          lead={words.removeText}
          onClose={close}
        >
          <Problem failure={remove.error} />
        </Dialog>
      )}
    </Page>
  );
}
