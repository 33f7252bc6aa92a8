import { type ReactNode, useEffect, useState } from 'react';
import { useWords } from '../language/words.ts';
import { Button } from './button.tsx';
import { type Option, Select, TextField } from './field.tsx';
import { useUrlValues } from './url-values.ts';
import { elementWords } from './words.ts';

export interface Filter {
  /** The name in the URL. */
  readonly name: string;
  readonly label: string;
  /** `select` counts at once; the others when Enter is pressed or the field is left. */
  readonly kind: 'text' | 'search' | 'date' | 'amount' | 'select';
  /** Of a `select`; the empty choice, "all", is put in front of them. */
  readonly options?: readonly Option[];
  readonly hint?: string;
  readonly allLabel?: string;
}

/**
 * The filters of a list. They stand in the URL and nowhere else: the page reads them with `useUrlValues` and asks by them. `/` puts the
 * focus into the first `search`.
 */
export function FilterBar({
  label,
  filters,
  children,
}: {
  readonly label: string;
  readonly filters: readonly Filter[];
  /** Further buttons, such as a saved view's. */
  readonly children?: ReactNode;
}) {
  const words = useWords(elementWords);
  const [values, set] = useUrlValues();
  const isFiltered = filters.some(({ name }) => values[name]);
  const cleared = Object.fromEntries(filters.map(({ name }) => [name, '']));
  return (
    // biome-ignore lint/a11y/useSemanticElements: <search> is not known to all readers yet
    <form className="filter-bar" role="search" aria-label={label} onSubmit={(event) => event.preventDefault()}>
      {filters.map((filter) =>
        filter.kind === 'select' ? (
          <Select
            key={filter.name}
            label={filter.label}
            hint={filter.hint}
            value={values[filter.name] ?? ''}
            options={[{ value: '', label: filter.allLabel ?? words.all }, ...(filter.options ?? [])]}
            onChange={(value) => set({ [filter.name]: value })}
          />
        ) : (
          <TypedFilter
            key={filter.name}
            filter={filter}
            value={values[filter.name] ?? ''}
            onChange={(value) => set({ [filter.name]: value })}
          />
        ),
      )}
      <div className="filter-acts">
        {isFiltered && (
          <Button kind="quiet" onClick={() => set(cleared)}>
            {words.clearFilters}
          </Button>
        )}
        {children}
      </div>
    </form>
  );
}

function TypedFilter({
  filter: { kind, label, hint },
  value,
  onChange,
}: {
  readonly filter: Filter;
  readonly value: string;
  onChange(value: string): void;
}) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const commit = () => {
    if (text.trim() !== value) onChange(text.trim());
  };
  return (
    <TextField
      label={label}
      hint={hint}
      value={text}
      type={kind === 'amount' ? 'text' : kind}
      inputMode={kind === 'amount' ? 'decimal' : undefined}
      autoComplete="off"
      data-search={kind === 'search' || undefined}
      onChange={(next) => {
        setText(next);
        // A day is chosen as a whole; a search box that is emptied by its cross means it.
        if (kind === 'date' || next === '') onChange(next);
      }}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
      }}
    />
  );
}
