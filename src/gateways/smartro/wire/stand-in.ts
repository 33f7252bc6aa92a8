/** Of both modules: the merchant key signs what goes over the stand-in. */
export function standInSecretOf(credentials: Readonly<Record<string, string>>): string {
  return credentials.merchantKey ?? '';
}
