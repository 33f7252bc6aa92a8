/** The merchant's key signs what goes over the stand-in: virtual accounts and cash receipts. */
export function standInSecretOf(credentials: Readonly<Record<string, string>>): string {
  return credentials.apiKey ?? '';
}
