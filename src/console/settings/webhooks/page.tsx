import { useState } from 'react';
import type { StoreWebhookSettingsAnswer } from '../../../api/views/webhook-settings.ts';
import { useAct, useAnswer } from '../../api/questions.ts';
import { Badge } from '../../elements/badge.tsx';
import { Button } from '../../elements/button.tsx';
import { CopyId } from '../../elements/copy-id.tsx';
import { Dialog } from '../../elements/dialog.tsx';
import { Checkbox, Select, TextField } from '../../elements/field.tsx';
import { Loading } from '../../elements/loading.tsx';
import { Problem } from '../../elements/problem.tsx';
import { useToast } from '../../elements/toast.tsx';
import { useWords } from '../../language/words.ts';
import { Page } from '../../shell/page.tsx';
import { webhookSettingWords } from './words.ts';

/** Where the shop hears of payments, and how. */
export default function WebhookSettingsPage() {
  const words = useWords(webhookSettingWords);
  const settings = useAnswer<StoreWebhookSettingsAnswer>('/webhook-settings');
  return (
    <Page title={words.title} lead={words.lead}>
      <Problem failure={settings.error} onRetry={() => void settings.refetch()} />
      {settings.isLoading && <Loading />}
      {settings.data?.is_read_only && <p className="card">{words.readOnly}</p>}
      {settings.data && (
        <div className="rules">
          <AddressForm key={JSON.stringify(settings.data)} settings={settings.data} />
          <Signing settings={settings.data} />
        </div>
      )}
    </Page>
  );
}

function AddressForm({ settings }: { readonly settings: StoreWebhookSettingsAnswer }) {
  const words = useWords(webhookSettingWords);
  const toast = useToast();
  const [url, setUrl] = useState(settings.webhook_url ?? '');
  const [format, setFormat] = useState<string>(settings.webhook_format);
  const [retry, setRetry] = useState(settings.webhook_retry);
  const save = useAct<StoreWebhookSettingsAnswer>(
    () => ({
      method: 'PUT',
      path: '/webhook-settings',
      body: { webhook_url: url.trim(), webhook_format: format, webhook_retry: retry },
    }),
    { onDone: () => toast(words.saved) },
  );
  return (
    <form
      className="card"
      onSubmit={(event) => {
        event.preventDefault();
        if (!save.isPending) save.mutate();
      }}
    >
      <TextField
        label={words.url}
        hint={words.urlHint}
        inputMode="url"
        autoComplete="off"
        value={url}
        readOnly={settings.is_read_only}
        onChange={setUrl}
      />
      <Select
        label={words.format}
        value={format}
        options={Object.entries(words.formats).map(([value, label]) => ({ value, label }))}
        isDisabled={settings.is_read_only}
        onChange={setFormat}
      />
      <Checkbox
        label={words.retry}
        hint={words.retryHint}
        isChecked={retry}
        isDisabled={settings.is_read_only}
        onChange={setRetry}
      />
      <Problem failure={save.error} />
      {!settings.is_read_only && (
        <Button kind="primary" type="submit" isBusy={save.isPending}>
          {words.save}
        </Button>
      )}
    </form>
  );
}

function Signing({ settings }: { readonly settings: StoreWebhookSettingsAnswer }) {
  const words = useWords(webhookSettingWords);
  const [wanted, setWanted] = useState<boolean>();
  const [secret, setSecret] = useState<string | null>(null);
  const change = useAct<StoreWebhookSettingsAnswer, boolean>(
    (isSigned) => ({ method: 'PUT', path: '/webhook-settings', body: { webhook_signing: isSigned } }),
    {
      onDone: (answer) => {
        setWanted(undefined);
        setSecret(answer.webhook_secret);
      },
    },
  );
  return (
    <section className="card">
      <h2>{words.signing}</h2>
      <p>
        <Badge tone={settings.webhook_signing ? 'good' : 'neutral'}>
          {settings.webhook_signing ? words.signed : words.notSigned}
        </Badge>
      </p>
      {!settings.is_read_only && (
        <p className="row-acts">
          <Button onClick={() => setWanted(true)}>{words.newSecret}</Button>
          {settings.webhook_signing && <Button onClick={() => setWanted(false)}>{words.stopSigning}</Button>}
        </p>
      )}
      {wanted !== undefined && (
        <Dialog
          title={words.confirmTitle}
          act={{
            label: wanted ? words.newSecret : words.stopSigning,
            kind: 'danger',
            isBusy: change.isPending,
            onAct: () => change.mutate(wanted),
          }}
          lead={wanted && words.signingText}
          onClose={() => setWanted(undefined)}
        >
          <Problem failure={change.error} />
        </Dialog>
      )}
      {secret !== null && (
        <Dialog title={words.secretTitle} lead={words.secretText} onClose={() => setSecret(null)}>
          <p className="link-to-hand-over">
            <CopyId id={secret} label={words.secretTitle} />
          </p>
        </Dialog>
      )}
    </section>
  );
}
