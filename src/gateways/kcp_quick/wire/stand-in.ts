/** Whatever signs at KCP Quick Pay is not public: this key is made for the sandbox. */
export function standInSecretOf(credentials: Readonly<Record<string, string>>): string {
  return credentials.secretKey ?? '';
}
