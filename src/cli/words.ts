import { InvalidArgumentError } from 'commander';
import { text } from '../platform/language/text.ts';
import type { Terminal } from './terminal.ts';

/** A reader of an option that is one of a few words. */
export function oneOf<const Choices extends readonly string[]>(
  { say }: Terminal,
  choices: Choices,
): (given: string) => Choices[number] {
  return (given) => {
    const choice = choices.find((each) => each === given);
    if (choice !== undefined) return choice;
    const list = choices.join(', ');
    throw new InvalidArgumentError(say(text(`It must be one of ${list}.`, `다음 중 하나여야 합니다: ${list}.`)));
  };
}

/** All words of a type of the API's: the compiler refuses a table that lacks one, or has one too many. */
export function wordsOf<Word extends string>(table: Readonly<Record<Word, unknown>>): readonly Word[] {
  return Object.keys(table) as Word[];
}
