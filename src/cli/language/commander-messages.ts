import type { Language } from '../../platform/language/text.ts';

/** The titles of a help text and the additions to its lines, which Commander writes in English. */
const titles: Readonly<Record<string, string>> = Object.freeze({
  'Usage:': '사용법:',
  'Arguments:': '인자:',
  'Options:': '옵션:',
  'Commands:': '명령:',
});

/** What Commander complains about, by the beginnings of its own messages. What is not here stays in English. */
const complaints: readonly (readonly [pattern: RegExp, korean: string])[] = [
  [/^missing required argument '(.+)'/, "필수 인자 '$1'이(가) 없습니다"],
  [/^option '(.+)' argument missing/, "옵션 '$1'에 값이 없습니다"],
  [/^required option '(.+)' not specified/, "필수 옵션 '$1'이(가) 없습니다"],
  [/^unknown option '(.+)'/, "알 수 없는 옵션입니다: '$1'"],
  [/^unknown command '(.+)'/, "알 수 없는 명령입니다: '$1'"],
  [/^option '(.+)' argument '(.*)' is invalid\./, "옵션 '$1'의 값 '$2'이(가) 올바르지 않습니다."],
  [
    /^too many arguments for '(.+)'\. Expected (\d+) arguments? but got (\d+): (.*)\.$/,
    "'$1'의 인자가 너무 많습니다. $2개를 받는데 $3개가 주어졌습니다: $4.",
  ],
];

const suggestion = /\(Did you mean (?:one of )?(.+)\?\)/;

export function titleIn(language: Language, title: string): string {
  return language === 'ko' ? (titles[title] ?? title) : title;
}

/** `(default: 50)` at the end of an option's line. */
export function descriptionIn(language: Language, description: string): string {
  return language === 'ko' ? description.replace(/\(default: ([^)]*)\)$/, '(기본값: $1)') : description;
}

/** Takes a message as Commander has it, with its `error: ` before it. */
export function complaintIn(language: Language, message: string): string {
  const complaint = message.trimEnd().replace(/^error: /, '');
  if (language === 'en') return complaint;
  const known = complaints.find(([pattern]) => pattern.test(complaint));
  const translated = known ? complaint.replace(known[0], known[1]) : complaint;
  return translated.replace(suggestion, '($1을(를) 찾으셨나요?)');
}
