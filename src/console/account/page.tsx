import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type {
  BegunAuthenticatorAnswer,
  EnrolledAnswer,
  RecoveryCodesAnswer,
  SecondFactorAnswer,
  SecondFactorsAnswer,
} from '../../api/views/second-factor.ts';
import { call } from '../api/call.ts';
import type { ApiFailure } from '../api/failure.ts';
import { hasPasskeys, makePasskey } from '../api/passkeys.ts';
import { failureOfLast, useAct, useAnswer } from '../api/questions.ts';
import { Button } from '../elements/button.tsx';
import { type Column, DataTable } from '../elements/data-table.tsx';
import { Dialog } from '../elements/dialog.tsx';
import { EmptyState } from '../elements/empty-state.tsx';
import { TextField } from '../elements/field.tsx';
import { Problem } from '../elements/problem.tsx';
import { Time } from '../elements/time.tsx';
import { useToast } from '../elements/toast.tsx';
import { useWords } from '../language/words.ts';
import { Page } from '../shell/page.tsx';
import { useSession } from '../shell/session.ts';
import { QrCode } from './qr-code.tsx';
import { accountWords } from './words.ts';

type Open =
  | { readonly kind: 'totp'; readonly begun: BegunAuthenticatorAnswer }
  | { readonly kind: 'new-codes' }
  | { readonly kind: 'codes'; readonly codes: readonly string[] }
  | { readonly kind: 'rename' | 'remove'; readonly factor: SecondFactorAnswer };

/** A member's own second factors. */
export default function AccountPage() {
  const words = useWords(accountWords);
  const toast = useToast();
  const client = useQueryClient();
  const { must_enrol: mustEnrol } = useSession();
  const [open, setOpen] = useState<Open>();
  const factors = useAnswer<SecondFactorsAnswer>('/console/api/factors');
  const list = factors.data?.list ?? [];
  const onEnrolled = ({ recovery_codes: codes }: EnrolledAnswer) => {
    toast(words.enrolled);
    setOpen(codes ? { kind: 'codes', codes } : undefined);
  };
  const begin = useAct<BegunAuthenticatorAnswer>(
    () => ({ method: 'POST', path: '/console/api/factors/totp', body: {} }),
    { onDone: (begun) => setOpen({ kind: 'totp', begun }) },
  );
  const passkey = useMutation<EnrolledAnswer, ApiFailure>({
    mutationFn: async () => {
      const made = await makePasskey('/console/api/factors/passkey-options');
      const body = { name: words.defaultName.passkey, passkey: made };
      return call<EnrolledAnswer>('POST', '/console/api/factors/passkey', { body });
    },
    onSuccess: onEnrolled,
    onSettled: () => void client.invalidateQueries(),
  });
  const columns: readonly Column<SecondFactorAnswer>[] = [
    { key: 'name', head: words.name, isFixed: true, cell: (each) => each.name },
    { key: 'kind', head: words.kind, isFixed: true, cell: (each) => words.kinds[each.kind] },
    { key: 'added', head: words.added, isFixed: true, cell: (each) => <Time at={each.created_at} /> },
    {
      key: 'used',
      head: words.lastUsed,
      isFixed: true,
      cell: (each) => (each.last_used_at ? <Time at={each.last_used_at} /> : '–'),
    },
    {
      key: 'acts',
      head: words.acts,
      isFixed: true,
      cell: (factor) => (
        <span className="row-acts">
          <Button
            aria-label={words.actOf(words.rename, factor.name)}
            onClick={() => setOpen({ kind: 'rename', factor })}
          >
            {words.rename}
          </Button>
          <Button
            aria-label={words.actOf(words.remove, factor.name)}
            onClick={() => setOpen({ kind: 'remove', factor })}
          >
            {words.remove}
          </Button>
        </span>
      ),
    },
  ];
  const close = () => setOpen(undefined);
  return (
    <Page
      title={words.title}
      lead={words.lead}
      acts={
        <>
          <Button kind="primary" isBusy={begin.isPending} onClick={() => begin.mutate()}>
            {words.addTotp}
          </Button>
          {hasPasskeys() && (
            <Button isBusy={passkey.isPending} onClick={() => passkey.mutate()}>
              {words.addPasskey}
            </Button>
          )}
        </>
      }
    >
      {mustEnrol && (
        <p className="problem bad" role="status">
          {words.mustEnrol}
        </p>
      )}
      {!hasPasskeys() && <p className="faint">{words.noPasskeys}</p>}
      <Problem failure={factors.error ?? failureOfLast(begin, passkey)} />
      <DataTable
        name="second-factors"
        caption={words.title}
        columns={columns}
        rows={list}
        rowKey={(each) => each.factor_id}
        empty={<EmptyState title={words.empty} />}
      />
      {list.length > 0 && (
        <section className="card">
          <h2>{words.codes}</h2>
          <p>{words.codesLeft(factors.data?.recovery_codes_left ?? 0)}</p>
          <Button onClick={() => setOpen({ kind: 'new-codes' })}>{words.newCodes}</Button>
        </section>
      )}
      {open?.kind === 'totp' && <AuthenticatorDialog begun={open.begun} onEnrolled={onEnrolled} onClose={close} />}
      {open?.kind === 'new-codes' && (
        <NewCodesDialog onDone={(codes) => setOpen({ kind: 'codes', codes })} onClose={close} />
      )}
      {open?.kind === 'codes' && (
        <Dialog title={words.codes} lead={words.codesText} backLabel={words.kept} onClose={close}>
          <ul className="recovery-codes">
            {open.codes.map((code) => (
              <li key={code}>
                <code>{code}</code>
              </li>
            ))}
          </ul>
        </Dialog>
      )}
      {open?.kind === 'rename' && <RenameDialog factor={open.factor} onClose={close} />}
      {open?.kind === 'remove' && (
        <RemoveDialog
          factor={open.factor}
          asksForPassword={list.length === 1 && factors.data?.has_password === true}
          isLast={list.length === 1}
          onClose={close}
        />
      )}
    </Page>
  );
}

function AuthenticatorDialog({
  begun,
  onEnrolled,
  onClose,
}: {
  readonly begun: BegunAuthenticatorAnswer;
  onEnrolled(answer: EnrolledAnswer): void;
  onClose(): void;
}) {
  const words = useWords(accountWords);
  const [code, setCode] = useState('');
  const [name, setName] = useState(words.defaultName.totp);
  const confirm = useAct<EnrolledAnswer>(
    () => ({
      method: 'POST',
      path: `/console/api/factors/totp/${begun.factor_id}/confirm`,
      body: { code, name },
    }),
    { onDone: onEnrolled },
  );
  return (
    <Dialog
      title={words.addTotp}
      act={{
        label: words.enrol,
        isBusy: confirm.isPending,
        isDisabled: !/^\s*\d{3}\s?\d{3}\s*$/.test(code),
        onAct: () => confirm.mutate(),
      }}
      lead={words.totpText}
      onClose={onClose}
    >
      <QrCode text={begun.uri} label={words.qr} />
      <p className="faint">
        {words.secret}: <code className="secret-text">{begun.secret}</code>
      </p>
      <TextField label={words.code} autoComplete="one-time-code" inputMode="numeric" value={code} onChange={setCode} />
      <TextField label={words.name} maxLength={60} value={name} onChange={setName} />
      <Problem failure={confirm.error} />
    </Dialog>
  );
}

/** Asks first: the codes that somebody has kept are worth nothing afterwards. */
function NewCodesDialog({ onDone, onClose }: { onDone(codes: readonly string[]): void; onClose(): void }) {
  const words = useWords(accountWords);
  const make = useAct<RecoveryCodesAnswer>(
    () => ({ method: 'POST', path: '/console/api/factors/recovery-codes', body: {} }),
    { onDone: ({ recovery_codes: codes }) => onDone(codes) },
  );
  return (
    <Dialog
      title={words.newCodes}
      act={{ label: words.newCodesAct, kind: 'danger', isBusy: make.isPending, onAct: () => make.mutate() }}
      lead={words.newCodesText}
      onClose={onClose}
    >
      <Problem failure={make.error} />
    </Dialog>
  );
}

function RenameDialog({ factor, onClose }: { readonly factor: SecondFactorAnswer; onClose(): void }) {
  const words = useWords(accountWords);
  const [name, setName] = useState(factor.name);
  const rename = useAct(() => ({ method: 'PUT', path: `/console/api/factors/${factor.factor_id}`, body: { name } }), {
    onDone: onClose,
  });
  return (
    <Dialog
      title={words.rename}
      act={{
        label: words.save,
        isBusy: rename.isPending,
        isDisabled: name.trim() === '',
        onAct: () => rename.mutate(),
      }}
      onClose={onClose}
    >
      <TextField label={words.name} maxLength={60} autoFocus value={name} onChange={setName} />
      <Problem failure={rename.error} />
    </Dialog>
  );
}

function RemoveDialog({
  factor,
  asksForPassword,
  isLast,
  onClose,
}: {
  readonly factor: SecondFactorAnswer;
  readonly asksForPassword: boolean;
  readonly isLast: boolean;
  onClose(): void;
}) {
  const words = useWords(accountWords);
  const toast = useToast();
  const [password, setPassword] = useState('');
  const remove = useAct(
    () => ({
      method: 'POST',
      path: `/console/api/factors/${factor.factor_id}/remove`,
      body: asksForPassword ? { password } : {},
    }),
    {
      onDone: () => {
        toast(words.removed);
        onClose();
      },
    },
  );
  return (
    <Dialog
      title={words.removeTitle(factor.name)}
      act={{
        label: words.remove,
        kind: 'danger',
        isBusy: remove.isPending,
        isDisabled: asksForPassword && password === '',
        onAct: () => remove.mutate(),
      }}
      lead={isLast ? words.removeLast : words.removeText}
      onClose={onClose}
    >
      {asksForPassword && (
        <TextField
          label={words.password}
          type="password"
          autoComplete="current-password"
          autoFocus
          value={password}
          onChange={setPassword}
        />
      )}
      <Problem failure={remove.error} />
    </Dialog>
  );
}
