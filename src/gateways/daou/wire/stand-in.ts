/** The merchant's link key signs what goes over the stand-in: refunds of deposited accounts, and cash receipts. */
export function standInSecretOf(credentials: Readonly<Record<string, string>>): string {
  return credentials.authKey ?? '';
}
