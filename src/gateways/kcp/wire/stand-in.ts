/** What both sides of the sandbox have and nobody else: the stand-in's key. */
export function standInSecretOf(credentials: Readonly<Record<string, string>>): string {
  return `${credentials.certificate ?? ''}${credentials.privateKey ?? ''}`;
}
