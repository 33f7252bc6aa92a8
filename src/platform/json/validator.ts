import type { Static, TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';

export interface SchemaValidator<S extends TSchema> {
  Check(value: unknown): value is Static<S>;
  Errors(value: unknown): ReturnType<Validator['Errors']>;
}

const compiled = new WeakMap<TSchema, Validator>();

/**
 * The validator of a schema, which is compiled when it is first asked, and once: a process knows the messages of thirty gateways
 * and meets few of them.
 */
export function validatorOf<S extends TSchema>(schema: S): SchemaValidator<S> {
  return {
    Check: (value): value is Static<S> => compiledOf(schema).Check(value),
    Errors: (value) => compiledOf(schema).Errors(value),
  };
}

function compiledOf(schema: TSchema): Validator {
  const validator = compiled.get(schema) ?? Compile(schema);
  compiled.set(schema, validator);
  return validator;
}
