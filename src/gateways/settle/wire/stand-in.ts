/** The licence key signs what goes over the stand-in; only cash receipts do. */
export function standInSecretOf(credentials: Readonly<Record<string, string>>): string {
  return credentials.licenseKey ?? '';
}
