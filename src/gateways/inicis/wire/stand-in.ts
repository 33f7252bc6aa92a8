/** Over the stand-in the INIAPI key signs: the merchant and the simulator have both. */
export function standInSecretOf(credentials: Readonly<Record<string, string>>): string {
  return credentials.iniapiKey ?? '';
}
