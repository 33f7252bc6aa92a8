import { type InputHTMLAttributes, type ReactNode, type Ref, type TextareaHTMLAttributes, useId } from 'react';
import { useWords } from '../language/words.ts';
import { moneyText } from './money.tsx';
import { elementWords } from './words.ts';

export interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  /** What is wrong with it; it stands below the field and is read out with it. */
  readonly error?: string | undefined;
}

export interface FieldAttributes {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': true | undefined;
}

/** A label, a control of your own, hint and error: `<Field label="…">{(attributes) => <input {...attributes} />}</Field>`. */
export function Field({
  label,
  hint,
  error,
  children,
}: FieldProps & { children(attributes: FieldAttributes): ReactNode }) {
  const id = useId();
  const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ');
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-describedby': described || undefined, 'aria-invalid': error ? true : undefined })}
      {hint && (
        <p id={`${id}-hint`} className="hint">
          {hint}
        </p>
      )}
      {error && (
        <p id={`${id}-error`} className="error">
          {error}
        </p>
      )}
    </div>
  );
}

type Changing<Attributes> = Omit<Attributes, 'onChange' | 'value' | 'id'> & {
  readonly value: string;
  onChange(value: string): void;
  readonly ref?: Ref<HTMLInputElement>;
};

/** A native input; `type` as of HTML (`text`, `password`, `email`, `date`, `search`). */
export function TextField({
  label,
  hint,
  error,
  onChange,
  ...rest
}: FieldProps & Changing<InputHTMLAttributes<HTMLInputElement>>) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(attributes) => (
        <input type="text" {...rest} {...attributes} onChange={(event) => onChange(event.target.value)} />
      )}
    </Field>
  );
}

export function TextArea({
  label,
  hint,
  error,
  onChange,
  ...rest
}: FieldProps &
  Omit<TextareaHTMLAttributes<HTMLTextAreaElement>, 'onChange' | 'value' | 'id'> & {
    readonly value: string;
    onChange(value: string): void;
  }) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(attributes) => <textarea {...rest} {...attributes} onChange={(event) => onChange(event.target.value)} />}
    </Field>
  );
}

export interface Option {
  readonly value: string;
  readonly label: string;
}

export function Select({
  label,
  hint,
  error,
  value,
  options,
  onChange,
  isDisabled = false,
}: FieldProps & {
  readonly value: string;
  readonly options: readonly Option[];
  readonly isDisabled?: boolean;
  onChange(value: string): void;
}) {
  return (
    <Field label={label} hint={hint} error={error}>
      {(attributes) => (
        <select {...attributes} value={value} disabled={isDisabled} onChange={(event) => onChange(event.target.value)}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function Checkbox({
  label,
  hint,
  isChecked,
  isDisabled = false,
  onChange,
}: {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly isChecked: boolean;
  readonly isDisabled?: boolean;
  onChange(isChecked: boolean): void;
}) {
  const id = useId();
  return (
    <div className="checkbox">
      <input
        type="checkbox"
        id={id}
        checked={isChecked}
        disabled={isDisabled}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onChange={(event) => onChange(event.target.checked)}
      />
      <label htmlFor={id}>{label}</label>
      {hint && (
        <p id={`${id}-hint`} className="hint">
          {hint}
        </p>
      )}
    </div>
  );
}

/** What stands in an `AmountField`: the amount, or why it is none. Separators of thousands are read over. */
export function readAmount(text: string, currency: string): number | undefined {
  const plain = text.replaceAll(/[,\s]/g, '');
  const digits =
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 0;
  const pattern = digits === 0 ? /^\d{1,15}$/ : new RegExp(`^\\d{1,13}(\\.\\d{1,${digits}})?$`);
  return pattern.test(plain) ? Number(plain) : undefined;
}

/** An amount of money. `most`: more than this is said to be wrong at once. */
export function AmountField({
  label,
  hint,
  error,
  value,
  currency = 'KRW',
  most,
  onChange,
  ...rest
}: FieldProps & {
  readonly value: string;
  readonly currency?: string;
  readonly most?: number | undefined;
  readonly disabled?: boolean;
  readonly ref?: Ref<HTMLInputElement>;
  onChange(value: string): void;
}) {
  const words = useWords(elementWords);
  const amount = readAmount(value, currency);
  const problem =
    value === ''
      ? undefined
      : amount === undefined
        ? words.amountWrong
        : most !== undefined && amount > most
          ? words.amountTooMuch(moneyText(most, currency))
          : undefined;
  return (
    <Field label={label} hint={hint} error={error ?? problem}>
      {(attributes) => (
        <span className="amount-field">
          <input
            {...rest}
            {...attributes}
            type="text"
            inputMode="decimal"
            autoComplete="off"
            value={value}
            onChange={(event) => onChange(event.target.value)}
          />
          <span className="unit" aria-hidden="true">
            {currency}
          </span>
        </span>
      )}
    </Field>
  );
}
