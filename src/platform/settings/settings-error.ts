/** Settings, or files that they name, that can't be used. Each problem is one line and says what to fix. */
export class SettingsError extends Error {
  readonly problems: readonly string[];

  constructor(problems: string | readonly string[]) {
    const list = typeof problems === 'string' ? [problems] : problems;
    super(list.join('\n'));
    this.name = 'SettingsError';
    this.problems = list;
  }
}
