import { useState } from 'react';
import type { ApiKeysAnswer, RotatedKeysAnswer } from '../../../api/views/api-keys.ts';
import { useAct, useAnswer } from '../../api/questions.ts';
import { Button } from '../../elements/button.tsx';
import { CopyId } from '../../elements/copy-id.tsx';
import { Dialog } from '../../elements/dialog.tsx';
import { Select } from '../../elements/field.tsx';
import { Loading } from '../../elements/loading.tsx';
import { Problem } from '../../elements/problem.tsx';
import { Time } from '../../elements/time.tsx';
import { useWords } from '../../language/words.ts';
import { Page } from '../../shell/page.tsx';
import { keyWords } from './words.ts';

type Grace = 'now' | '1h' | '1d' | '3d' | '7d';

/** The keys of shops' programs. */
export default function ApiKeysPage() {
  const words = useWords(keyWords);
  const keys = useAnswer<ApiKeysAnswer>('/api-keys');
  const [isOpen, setOpen] = useState(false);
  const [made, setMade] = useState<RotatedKeysAnswer>();
  const { data } = keys;
  const timeOf = (at: number) => (at === 0 ? words.never : <Time at={at} />);
  return (
    <Page
      title={words.title}
      lead={words.lead}
      acts={data && !data.is_in_file && <Button onClick={() => setOpen(true)}>{words.rotate}</Button>}
    >
      <Problem failure={keys.error} onRetry={() => void keys.refetch()} />
      {keys.isLoading && <Loading />}
      {data?.is_in_file && <p>{words.inFile}</p>}
      {data && (
        <section className="card">
          <dl className="facts">
            <dt>{words.key}</dt>
            <dd>
              <CopyId id={data.imp_key} />
            </dd>
            <dt>{words.changed}</dt>
            <dd>{timeOf(data.changed_at)}</dd>
            <dt>{words.used}</dt>
            <dd>{timeOf(data.last_used_at)}</dd>
          </dl>
        </section>
      )}
      {data?.previous && (
        <section className="card">
          <h2>{words.previous}</h2>
          <dl className="facts">
            <dt>{words.until}</dt>
            <dd>{timeOf(data.previous.until)}</dd>
            <dt>{words.used}</dt>
            <dd>{timeOf(data.previous.last_used_at)}</dd>
          </dl>
        </section>
      )}
      {isOpen && (
        <RotateDialog
          onMade={(answer) => {
            setOpen(false);
            setMade(answer);
          }}
          onClose={() => setOpen(false)}
        />
      )}
      {made && (
        <Dialog title={words.made} lead={words.madeText} backLabel={words.kept} onClose={() => setMade(undefined)}>
          <p className="secret-text">
            <code>{made.imp_secret}</code>
          </p>
        </Dialog>
      )}
    </Page>
  );
}

function RotateDialog({ onMade, onClose }: { onMade(answer: RotatedKeysAnswer): void; onClose(): void }) {
  const words = useWords(keyWords);
  const [grace, setGrace] = useState<Grace>('1d');
  const rotate = useAct<RotatedKeysAnswer>(() => ({ method: 'POST', path: '/api-keys/rotate', body: { grace } }), {
    onDone: onMade,
  });
  return (
    <Dialog
      title={words.rotate}
      act={{ label: words.rotate, kind: 'danger', isBusy: rotate.isPending, onAct: () => rotate.mutate() }}
      onClose={onClose}
    >
      <Select
        label={words.grace}
        value={grace}
        options={Object.entries(words.graces).map(([value, label]) => ({ value, label }))}
        onChange={(value) => setGrace(value as Grace)}
      />
      <p>{grace === 'now' ? words.nowText : words.rotateText}</p>
      <Problem failure={rotate.error} />
    </Dialog>
  );
}
