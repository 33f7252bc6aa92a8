/**
 * What a merchant has agreed on with its gateway, and the gateway answers one merchant otherwise than another by: a contract,
 * a version of the API. A simulator is told by `PUT /_simulator/merchant-settings`.
 */
export interface MerchantSetting<V extends string = string> {
  readonly name: string;
  /** The first one holds until another is set. */
  readonly values: readonly [V, ...V[]];
  /** For the documents, in one sentence. */
  readonly meaning: string;
}

/** What is wrong with settings that somebody asks for, with what is allowed; `undefined`: nothing. */
export function problemOfSettings(
  asked: Readonly<Record<string, string>>,
  known: readonly MerchantSetting[],
): string | undefined {
  for (const [name, value] of Object.entries(asked)) {
    const setting = known.find((each) => each.name === name);
    if (!setting) {
      const names = known.map((each) => each.name).join(', ');
      return `there is no setting ${JSON.stringify(name)}; there is ${names === '' ? 'none at this gateway' : names}`;
    }
    if (!setting.values.includes(value)) {
      return `${name} is one of ${setting.values.join(', ')}, not ${JSON.stringify(value)}`;
    }
  }
  return undefined;
}
