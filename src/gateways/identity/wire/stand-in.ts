/** The key that signs. */
export function standInSecretOf(credentials: Readonly<Record<string, string>>): string {
  return credentials.secretKey ?? '';
}
