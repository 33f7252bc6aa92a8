import type { Static, TSchema } from 'typebox';

/** What a schema describes, as it goes out: nobody changes an answer any more. */
export type Answer<Schema extends TSchema> = Frozen<Static<Schema>>;

type Frozen<Value> = Value extends readonly (infer Each)[]
  ? readonly Frozen<Each>[]
  : Value extends object
    ? { readonly [Name in keyof Value]: Frozen<Value[Name]> }
    : Value;
