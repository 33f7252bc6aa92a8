import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import { Link } from 'wouter';

export type ButtonKind = 'primary' | 'danger' | 'plain' | 'quiet';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly kind?: ButtonKind;
  /** What it began is under way: it can't be pressed, and keeps the focus. */
  readonly isBusy?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** A native button. `kind`: `danger` for what is final. */
export function Button({ kind = 'plain', isBusy = false, className = '', onClick, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={`button ${kind} ${className}`}
      aria-disabled={isBusy || undefined}
      onClick={isBusy ? (event) => event.preventDefault() : onClick}
    >
      {isBusy && <span className="spinner" aria-hidden="true" />}
      {children}
    </button>
  );
}

/** A link that looks like a button; `href` is a path below `/console`. */
export function LinkButton({
  href,
  kind = 'plain',
  children,
}: {
  readonly href: string;
  readonly kind?: ButtonKind;
  readonly children: ReactNode;
}) {
  return (
    <Link href={href} className={`button ${kind}`}>
      {children}
    </Link>
  );
}
