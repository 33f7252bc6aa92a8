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
import { useCan, useSession } from '../shell/session.ts';
import { filterText } from './list-query.ts';
import { paymentsWords } from './words.ts';

/** Filters that somebody has given a name: a link each. One without days keeps the days that are looked at. */
export function SavedViews() {
  const words = useWords(paymentsWords);
  const { member } = useSession();
  const can = useCan();
  const [values] = useUrlValues();
  const { data } = useAnswer<SavedViewListAnswer>('/saved-views');
  const [open, setOpen] = useState<'save' | 'change' | 'remove'>();
  const views = (data?.list ?? []).filter(({ list }) => list === 'payments');
  const now = filterText(values);
  // As the server has it: a shared view belongs to whoever made it, and to those who may change settings.
  const mayChange = ({ shared, made_by }: SavedViewAnswer) => !shared || made_by === member.email || can('settings');
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
      {/* One button with two names: whoever has saved a view keeps the focus. */}
      {now !== '' && (!current || mayChange(current)) && (
        <Button kind="quiet" onClick={() => setOpen(current ? 'change' : 'save')}>
          {current ? words.changeView : words.saveView}
        </Button>
      )}
      {current && mayChange(current) && (
        <Button kind="quiet" onClick={() => setOpen('remove')}>
          {words.remove}
        </Button>
      )}
      {open === 'save' && <ViewDialog query={now} onClose={() => setOpen(undefined)} />}
      {open === 'change' && current && (
        <ViewDialog view={current} query={current.query} onClose={() => setOpen(undefined)} />
      )}
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

/** Gives a filter a name, or a view another one. */
function ViewDialog({
  view,
  query,
  onClose,
}: {
  readonly view?: SavedViewAnswer;
  readonly query: string;
  onClose(): void;
}) {
  const words = useWords(paymentsWords);
  const toast = useToast();
  const [name, setName] = useState(view?.name ?? '');
  const [isShared, setShared] = useState(view?.shared ?? false);
  const fields = { name, query, shared: isShared };
  const save = useAct<SavedViewAnswer>(
    () =>
      view
        ? { method: 'PUT', path: `/saved-views/${view.saved_view_id}`, body: fields }
        : { method: 'POST', path: '/saved-views', body: { list: 'payments', ...fields } },
    {
      onDone: () => {
        toast(words.saved(name));
        onClose();
      },
    },
  );
  return (
    <Dialog
      title={view ? words.changeView : words.saveTitle}
      onClose={onClose}
      act={{ label: words.save, isBusy: save.isPending, isDisabled: name.trim() === '', onAct: () => save.mutate() }}
    >
      <TextField label={words.viewName} value={name} maxLength={60} autoComplete="off" autoFocus onChange={setName} />
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
      lead={view.shared ? words.removeShared(view.name) : words.removeText(view.name)}
      onClose={onClose}
      act={{ label: words.remove, kind: 'danger', isBusy: remove.isPending, onAct: () => remove.mutate() }}
    >
      <Problem failure={remove.error} />
    </Dialog>
  );
}
