/** The server that a script of this address came from: what stands before `/v1/` or `/js/`. Empty if it says nothing. */
export function serverOf(address: string | undefined): string {
  const [, server] = /^(https?:\/\/.+?)\/(?:v1|js)\/[^/]*$/.exec(address ?? '') ?? [];
  return server ?? '';
}
