import { useState } from 'react';
import type { StoreChannelAnswer, StoreChannelListAnswer } from '../../../api/views/channel.ts';
import { useAct, useAnswer } from '../../api/questions.ts';
import { Badge } from '../../elements/badge.tsx';
import { Button } from '../../elements/button.tsx';
import { CopyId } from '../../elements/copy-id.tsx';
import { type Column, DataTable } from '../../elements/data-table.tsx';
import { Dialog } from '../../elements/dialog.tsx';
import { Checkbox, TextField } from '../../elements/field.tsx';
import { Problem } from '../../elements/problem.tsx';
import { useToast } from '../../elements/toast.tsx';
import { useWords } from '../../language/words.ts';
import { Page } from '../../shell/page.tsx';
import { useSession } from '../../shell/session.ts';
import { channelWords } from './words.ts';

/** The contracts with gateways. */
export default function ChannelsPage() {
  const words = useWords(channelWords);
  const { store } = useSession();
  const [changing, setChanging] = useState<StoreChannelAnswer>();
  const channels = useAnswer<StoreChannelListAnswer>('/channels');
  const rows = channels.data?.list ?? [];
  const isReadOnly = rows.some((each) => each.is_read_only);
  // A sub-store's are copies of the main store's.
  const canChange = !isReadOnly && store === '';
  const columns: readonly Column<StoreChannelAnswer>[] = [
    {
      key: 'name',
      head: words.name,
      isFixed: true,
      cell: (each) => (
        <>
          {each.channel_name} {each.is_default && <Badge tone="good">{words.isDefault}</Badge>}
        </>
      ),
    },
    { key: 'gateway', head: words.gateway, isFixed: true, cell: (each) => each.pg_provider },
    { key: 'mid', head: words.mid, cell: (each) => <CopyId id={each.pg_id} /> },
    { key: 'mode', head: words.mode, cell: (each) => (each.sandbox ? words.test : words.live) },
    { key: 'key', head: words.key, isHidden: true, cell: (each) => <CopyId id={each.channel_key} /> },
    { key: 'credentials', head: words.credentials, cell: (each) => each.credential_names.join(', ') },
    ...(canChange
      ? [
          {
            key: 'acts',
            head: words.acts,
            isFixed: true,
            cell: (each: StoreChannelAnswer) => <Button onClick={() => setChanging(each)}>{words.change}</Button>,
          },
        ]
      : []),
  ];
  return (
    <Page title={words.title} lead={words.lead}>
      <Problem failure={channels.error} onRetry={() => void channels.refetch()} />
      {isReadOnly && <p className="card">{words.readOnly}</p>}
      <DataTable
        name="channels"
        caption={words.title}
        columns={columns}
        rows={rows}
        rowKey={(each) => each.channel_key}
        rowId={(each) => each.channel_key}
      />
      {changing && <ChangeChannel channel={changing} onClose={() => setChanging(undefined)} />}
    </Page>
  );
}

function ChangeChannel({ channel, onClose }: { readonly channel: StoreChannelAnswer; onClose(): void }) {
  const words = useWords(channelWords);
  const toast = useToast();
  const [name, setName] = useState(channel.channel_name);
  const [isDefault, setIsDefault] = useState(channel.is_default);
  const [secrets, setSecrets] = useState<Readonly<Record<string, string>>>({});
  const save = useAct<StoreChannelAnswer>(
    () => ({
      method: 'PUT',
      path: `/channels/${encodeURIComponent(channel.channel_key)}`,
      body: {
        channel_name: name,
        ...(isDefault ? { is_default: true } : {}),
        credentials: Object.fromEntries(Object.entries(secrets).filter(([, value]) => value !== '')),
      },
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
      title={words.changeTitle(channel.channel_name)}
      act={{ label: words.save, isBusy: save.isPending, isDisabled: name.trim() === '', onAct: () => save.mutate() }}
      onClose={onClose}
    >
      <TextField label={words.name} autoComplete="off" value={name} onChange={setName} />
      <Checkbox
        label={words.makeDefault}
        isChecked={isDefault}
        isDisabled={channel.is_default}
        onChange={setIsDefault}
      />
      <fieldset>
        <legend>{words.credentials}</legend>
        <p className="hint">{words.credentialsHint}</p>
        {channel.credential_names.map((each) => (
          <TextField
            key={each}
            label={each}
            type="password"
            autoComplete="off"
            value={secrets[each] ?? ''}
            onChange={(value) => setSecrets({ ...secrets, [each]: value })}
          />
        ))}
      </fieldset>
      <Problem failure={save.error} />
    </Dialog>
  );
}
