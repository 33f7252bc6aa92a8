/** The window's hash is salted in a way that is not public, and nothing is known of the server's API: this key is made for the sandbox. */
export function standInSecretOf(credentials: Readonly<Record<string, string>>): string {
  return credentials.secretKey ?? '';
}
