import { type ContractType, contract, factOf, type Parameter } from './contract.ts';
import type { Described, Schema } from './described.ts';

/** One documented parameter, or one of ours beside them, and how it is taken here. */
export interface ParameterRow {
  readonly name: string;
  readonly in: string;
  readonly documented: string;
  readonly here: string;
}

const asDocumented = '=';
export const notTaken = 'not looked at';

/** The documented parameters of an operation beside what the server's own description says of them; then ours alone. */
export function parameterRows(
  documented: readonly Parameter[],
  described: Described | undefined,
): readonly ParameterRow[] {
  const ours = described === undefined ? [] : parametersOf(described);
  const find = (parameter: Parameter) =>
    ours.find((each) => each.name === parameter.name && each.in === parameter.in) ?? nestedOf(ours, parameter);
  const rows = documented.map((parameter) => {
    const own = find(parameter);
    const here = own === undefined ? notTaken : comparedParameter(parameter, own);
    return {
      name: parameter.name,
      in: parameter.in,
      documented: [typeText(parameter.type, parameter.maxLength), parameter.required && 'required']
        .filter(Boolean)
        .join(', '),
      here: described === undefined ? '' : here,
    };
  });
  const known = new Set(documented.map(({ name }) => name.replace(/\[.*/, '')));
  const further = ours.filter(({ name }) => !known.has(name.replace(/\[.*/, '')));
  return [
    ...rows,
    ...further.map(({ name, in: where, schema }) => ({
      name,
      in: where,
      documented: '',
      here: escaped(ownText(schema)),
    })),
  ];
}

interface OwnParameter {
  readonly name: string;
  readonly in: string;
  readonly schema: Schema;
  readonly isRequired: boolean;
}

function parametersOf({ parameters = [], requestBody }: Described): readonly OwnParameter[] {
  const body = requestBody?.content['application/json']?.schema;
  return [
    ...parameters.map(({ name, in: where, required, schema }) => ({
      name,
      in: where,
      schema,
      isRequired: required ?? false,
    })),
    ...Object.entries(body?.properties ?? {}).map(([name, schema]) => ({
      name,
      in: 'body',
      schema,
      isRequired: body?.required?.includes(name) ?? false,
    })),
  ];
}

/** `extra[requester]`, documented as a name of its own, is a field of `extra`. */
function nestedOf(ours: readonly OwnParameter[], { name, in: where }: Parameter): OwnParameter | undefined {
  const [, outer, inner = ''] = /^(\w+)\[(\w+)\]$/.exec(name) ?? [];
  const own = ours.find((each) => each.name === outer && each.in === where);
  const schema = own?.schema.properties?.[inner];
  return schema && { name, in: where, schema, isRequired: own.schema.required?.includes(inner) ?? false };
}

function comparedParameter(parameter: Parameter, own: OwnParameter): string {
  const type = comparedType(parameter.type, parameter.maxLength, own.schema);
  const isRequired = parameter.in === 'path' || (parameter.required ?? false);
  if (isRequired === own.isRequired) return type;
  const differs = own.isRequired ? 'required' : 'optional';
  return type === asDocumented ? differs : `${type}, ${differs}`;
}

/** `=`, or how the type here differs. Without a length only the types are looked at. */
function comparedType(type: ContractType, maxLength: number | undefined | 'any length', schema: Schema): string {
  const { isNullable, schema: own } = withoutNull(schema);
  const isSame = hasType(type, own) && (maxLength === 'any length' || lengthOf(own) === maxLength);
  const text = isSame ? asDocumented : escaped(ownText(own));
  return isNullable ? `${text} or null` : text;
}

function hasType(type: ContractType, schema: Schema): boolean {
  if (type === 'any') return true;
  if (typeof type !== 'string' || type in contract.definitions) return kindsOf(schema).includes('object');
  const element = elementOf(type);
  if (element !== undefined) return schema.items !== undefined && hasType(element, withoutNull(schema.items).schema);
  return kindsOf(schema).includes(type);
}

function kindsOf(schema: Schema): readonly string[] {
  if (schema.type !== undefined) return [schema.type].flat();
  if (schema.const !== undefined) return [typeof schema.const];
  return (schema.anyOf ?? []).flatMap(kindsOf);
}

function ownText(schema: Schema): string {
  const kinds = [...new Set(kindsOf(schema))];
  const name = kinds.length > 1 ? 'any' : (kinds[0] ?? 'any');
  const text = name === 'array' && schema.items ? `array<${ownText(schema.items)}>` : name;
  const length = lengthOf(schema);
  return length === undefined ? text : `${text} ≤ ${length}`;
}

function lengthOf(schema: Schema): number | undefined {
  return schema.maxLength ?? schema['x-digits-max'];
}

function withoutNull(schema: Schema): { readonly schema: Schema; readonly isNullable: boolean } {
  const choices = schema.anyOf ?? schema.oneOf;
  const others = choices?.filter(({ type }) => type !== 'null');
  if (choices === undefined || others === undefined || others.length === choices.length) {
    return { schema, isNullable: false };
  }
  const [only] = others;
  return { schema: others.length === 1 && only ? only : { anyOf: others }, isNullable: true };
}

function elementOf(type: string): string | undefined {
  return /^array<(\w+)>$/.exec(type)?.[1];
}

/** A documented type as it is shown; definitions are linked to where they are told. */
export function typeText(type: ContractType, maxLength?: number): string {
  if (typeof type !== 'string') {
    return `{ ${Object.entries(type)
      .map(([name, each]) => `${name}: ${each}`)
      .join(', ')} }`;
  }
  const linked = type.replace(/\w+/g, (name) =>
    name in contract.definitions ? `[${name}](#${name.toLowerCase()})` : name,
  );
  const text = escaped(linked);
  return maxLength === undefined ? text : `${text} ≤ ${maxLength}`;
}

function escaped(text: string): string {
  return text.replaceAll('<', '\\<');
}

/** Which of our schemas stand for a definition: usually one, where several operations answer alike. */
export type SchemasOfDefinitions = Map<string, Map<string, Schema>>;

/** Notes every definition that a type leads to, with the schema that we have in its place, if there is one. */
export function noteDefinitions(noted: SchemasOfDefinitions, type: ContractType, schema: Schema | undefined): void {
  if (typeof type !== 'string') return;
  const own = schema && withoutNull(schema).schema;
  const element = elementOf(type);
  if (element !== undefined) {
    noteDefinitions(noted, element, own?.items);
    return;
  }
  const definition = contract.definitions[type];
  if (definition === undefined) return;
  const schemas = noted.get(type) ?? new Map<string, Schema>();
  const isNews = !noted.has(type) || (own !== undefined && !schemas.has(JSON.stringify(own)));
  noted.set(type, schemas);
  if (own !== undefined) schemas.set(JSON.stringify(own), own);
  if (!isNews) return;
  for (const [name, fact] of Object.entries(definition.fields)) {
    noteDefinitions(noted, factOf(fact).type, own?.properties?.[name]);
  }
}

/** One field of a definition: its documented type, and what is answered here in its place. */
export interface FieldRow {
  readonly name: string;
  readonly documented: string;
  readonly here: string;
}

export function fieldRows(definitionName: string, schemas: Iterable<Schema>): readonly FieldRow[] {
  const definition = contract.definitions[definitionName];
  const ours = [...schemas];
  return Object.entries(definition?.fields ?? {}).map(([name, fact]) => {
    const { type, maxLength } = factOf(fact);
    const here = ours.map(({ properties }) => {
      const own = properties?.[name];
      return own === undefined ? 'missing' : comparedType(type, 'any length', own);
    });
    return { name, documented: typeText(type, maxLength), here: [...new Set(here)].join('; ') };
  });
}
