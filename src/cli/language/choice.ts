import { type Language, languages } from '../../platform/language/text.ts';

/**
 * The language that `--lang` names, or else that of the locale, in the order in which POSIX has its variables count. What
 * `--lang` says is checked with the other options; here a wrong one only does not count.
 */
export function chooseLanguage(argv: readonly string[], env: NodeJS.ProcessEnv): Language {
  const asked = languageOption(argv);
  return languages.find((each) => each === asked) ?? (/^ko(?![a-z])/i.test(localeOf(env)) ? 'ko' : 'en');
}

function languageOption(argv: readonly string[]): string | undefined {
  const end = argv.indexOf('--');
  const options = end < 0 ? argv : argv.slice(0, end);
  const at = options.findLastIndex((each) => each === '--lang' || each.startsWith('--lang='));
  const option = options[at];
  return option === '--lang' ? options[at + 1] : option?.slice('--lang='.length);
}

function localeOf({ LC_ALL, LC_MESSAGES, LANG }: NodeJS.ProcessEnv): string {
  // Where no variable says it, as on Windows, the system does.
  return LC_ALL || LC_MESSAGES || LANG || Intl.DateTimeFormat().resolvedOptions().locale;
}
