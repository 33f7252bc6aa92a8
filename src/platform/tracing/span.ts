/** No value may be a secret, an account or a card number, or who a buyer is; values of statements are not among them. */
export type SpanAttributes = Readonly<Record<string, string | number | undefined>>;

export interface SpanStart {
  readonly name: string;
  /** `server`: we were asked; `client`: we ask somebody else; `internal`: neither. */
  readonly kind: 'server' | 'client' | 'internal';
  readonly attributes?: SpanAttributes;
  /** In milliseconds since 1970; default: now. */
  readonly startedAt?: number;
}

export interface Span {
  /** As they stand in lines of the log. */
  readonly ids: { readonly trace_id: string; readonly span_id: string };
  begin(start: SpanStart): Span;
  /** With an `error.type` the span is one of a failure, also where the work itself goes on and throws nothing. */
  set(attributes: SpanAttributes): void;
  /** What it waited for was done, for several at once, by a child of this one. */
  linkTo(other: Span): void;
  /** `failure`: what kind of failure it was, in a word that is the same each time. */
  end(failure?: string): void;
}
