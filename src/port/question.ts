/** What a gateway says to a question that moves nothing. */
export type Told<T> =
  | { readonly kind: 'found'; readonly found: T }
  | { readonly kind: 'not_found' }
  /** It says no: `message` is its own. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  | { readonly kind: 'unknown'; readonly why: string };
