import { InvalidArgumentError } from 'commander';

/** A reader of an option that is one of a few words. */
export function oneOf<const Choices extends readonly string[]>(choices: Choices): (text: string) => Choices[number] {
  return (text) => {
    const choice = choices.find((each) => each === text);
    if (choice !== undefined) return choice;
    throw new InvalidArgumentError(`It must be one of ${choices.join(', ')}.`);
  };
}

/** All words of a type of the API's: the compiler refuses a table that lacks one, or has one too many. */
export function wordsOf<Word extends string>(table: Readonly<Record<Word, unknown>>): readonly Word[] {
  return Object.keys(table) as Word[];
}
