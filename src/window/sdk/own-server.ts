/** The version that a script of this address is, by its name; all have the same abilities. */
export function versionOf(address: string | undefined): string {
  const [, version] = /iamport\.payment-([\w.-]+?)(?:\.min)?\.js/.exec(address ?? '') ?? [];
  return version ?? '1.3.0';
}

/** The server that a script of this address came from: what stands before `/v1/` or `/js/`. Empty if it says nothing. */
export function serverOf(address: string | undefined): string {
  const [, server] = /^(https?:\/\/.+?)\/(?:v1|js)\/[^/]*$/.exec(address ?? '') ?? [];
  return server ?? '';
}
