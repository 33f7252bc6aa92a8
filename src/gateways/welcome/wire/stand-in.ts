/** The sign key signs what goes over the stand-in. */
export function standInSecretOf(credentials: Readonly<Record<string, string>>): string {
  return credentials.signKey ?? '';
}
