import { readFileSync } from 'node:fs';

/** A type as the contract writes it: `string`, `array<string>`, the name of a definition, or an object's fields and theirs. */
export type ContractType = string | Readonly<Record<string, string>>;

export interface FieldFact {
  readonly type: ContractType;
  readonly maxLength?: number;
}

export interface Definition {
  readonly fields: Readonly<Record<string, FieldFact | string>>;
  readonly required?: readonly string[];
}

export interface Parameter extends FieldFact {
  readonly name: string;
  readonly in: 'path' | 'query' | 'body';
  readonly required?: boolean;
}

export interface ContractOperation {
  readonly method: string;
  readonly path: string;
  readonly tag: string;
  readonly params: readonly Parameter[];
  /** By HTTP status the definition of the envelope; null where the contract has none. */
  readonly responses: Readonly<Record<string, string | null>>;
}

export interface Contract {
  readonly operations: readonly ContractOperation[];
  readonly definitions: Readonly<Record<string, Definition>>;
}

/** The facts of i'mport's contract, all of its operations. They lie with the tests, since a server needs none of them. */
export const contract = JSON.parse(
  readFileSync(new URL('../../../test/contract/imp-v1.json', import.meta.url), 'utf8'),
) as Contract;

/** `METHOD /path/{parameter}` */
export function nameOf({ method, path }: ContractOperation): string {
  return `${method} ${path}`;
}

/** The contract's operation that a described one is. An optional status at the end of a path has only its long form there. */
export function contractOperationOf(name: string): ContractOperation | undefined {
  return contract.operations.find((operation) => {
    const named = nameOf(operation);
    return named === name || named === `${name}/{payment_status}`;
  });
}

export function factOf(fact: FieldFact | string): FieldFact {
  return typeof fact === 'string' ? { type: fact } : fact;
}

/** What stands in `response` of a success; undefined where the contract does not say it. */
export function responseTypeOf(operation: ContractOperation, status: number): string | undefined {
  const envelope = operation.responses[status];
  const response = contract.definitions[envelope ?? '']?.fields.response;
  const type = response && factOf(response).type;
  return typeof type === 'string' ? type : undefined;
}
