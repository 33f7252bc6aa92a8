/** The key of virtual accounts signs what goes over the stand-in: their refunds and revocations. */
export function standInSecretOf(credentials: Readonly<Record<string, string>>): string {
  return credentials.virtualAccountCryptoKey ?? '';
}
