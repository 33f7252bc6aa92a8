const loopbackHost = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/** Does it lead to this machine itself? */
export function isLoopbackUrl(url: string): boolean {
  return URL.canParse(url) && loopbackHost.test(new URL(url).hostname);
}
