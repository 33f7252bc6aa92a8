import { useState } from 'react';
import { Link } from 'wouter';
import type { SavedViewAnswer, SavedViewListAnswer } from '../../api/views/saved-view.ts';
import { useAct, useAnswer } from '../api/questions.ts';
import { Button } from '../elements/button.tsx';
import { Dialog } from '../elements/dialog.tsx';
import { Checkbox, TextField } from '../elements/field.tsx';
import { Problem } from '../elements/problem.tsx';
import { useToast } from '../elements/toast.tsx';
import { useUrlValues } from '../elements/url-values.ts';
import { useWords } from '../language/words.ts';
import { filterText } from './list-query.ts';
import { paymentsWords } from './words.ts';

/** Filters that somebody has given a name: a link each. One without days keeps the days that are looked at. */
export function SavedViews() {
  const words = useWords(paymentsWords);
  const [values] = useUrlValues();
  const { data } = useAnswer<SavedViewListAnswer>('/saved-views');
  const [open, setOpen] = useState<'save' | 'remove'>();
  const views = (data?.list ?? []).filter(({ list }) => list === 'payments');
  const now = filterText(values);
  const current = views.find(({ query }) => withDays(query, values) === now);
  if (views.length === 0 && now === '') return null;
  return (
    <div className="saved-views">
      {views.length > 0 && (
        <nav aria-label={words.views}>
          {views.map((view) => (
            <Link
              key={view.saved_view_id}
              href={`/payments?${withDays(view.query, values)}`}
              className="saved-view"
              aria-current={view === current ? 'page' : undefined}
            >
              {view.name}
              {view.shared && <span className="faint"> {words.shared}</span>}
            </Link>
          ))}
        </nav>
      )}
      {now !== '' && !current && (
        <Button kind="quiet" onClick={() => setOpen('save')}>
          {words.saveView}
        </Button>
      )}
      {current && (
        <Button kind="quiet" onClick={() => setOpen('remove')}>
          {words.remove}
        </Button>
      )}
      {open === 'save' && <SaveView query={now} onClose={() => setOpen(undefined)} />}
      {open === 'remove' && current && <RemoveView view={current} onClose={() => setOpen(undefined)} />}
    </div>
  );
}

function withDays(query: string, values: Readonly<Record<string, string>>): string {
  const saved = Object.fromEntries(new URLSearchParams(query));
  const hasDays = saved.from_day !== undefined || saved.to_day !== undefined;
  const { from_day = '', to_day = '' } = values;
  return filterText(hasDays ? saved : { ...saved, from_day, to_day });
}

function SaveView({ query, onClose }: { readonly query: string; onClose(): void }) {
  const words = useWords(paymentsWords);
  const toast = useToast();
  const [name, setName] = useState('');
  const [isShared, setShared] = useState(false);
  const save = useAct<SavedViewAnswer>(
    () => ({ method: 'POST', path: '/saved-views', body: { list: 'payments', name, query, shared: isShared } }),
    {
      onDone: () => {
        toast(words.saved(name));
        onClose();
      },
    },
  );
  return (
    <Dialog
      title={words.saveTitle}
      onClose={onClose}
      act={{ label: words.save, isBusy: save.isPending, isDisabled: name.trim() === '', onAct: () => save.mutate() }}
    >
      <TextField label={words.viewName} value={name} maxLength={60} autoComplete="off" onChange={setName} />
      <Checkbox label={words.share} hint={words.shareHint} isChecked={isShared} onChange={setShared} />
      <Problem failure={save.error} />
    </Dialog>
  );
}

function RemoveView({ view, onClose }: { readonly view: SavedViewAnswer; onClose(): void }) {
  const words = useWords(paymentsWords);
  const toast = useToast();
  const remove = useAct<SavedViewAnswer>(() => ({ method: 'DELETE', path: `/saved-views/${view.saved_view_id}` }), {
    onDone: () => {
      toast(words.removed(view.name));
      onClose();
    },
  });
  return (
    <Dialog
      title={words.remove}
      onClose={onClose}
      act={{ label: words.remove, kind: 'danger', isBusy: remove.isPending, onAct: () => remove.mutate() }}
    >
      <p>{words.removeText(view.name)}</p>
      <Problem failure={remove.error} />
    </Dialog>
  );
}
