/** Where gateways send their notices to this server. A sandbox knows it only once it listens. */
export interface NoticeAddress {
  /** For gateways that are told with the request; `null`: this server has no address that they could reach. */
  of(provider: string): string | null;
  /** Without a slash at the end. */
  set(publicUrl: string): void;
}

export function createNoticeAddress(publicUrl: string | undefined): NoticeAddress {
  let base = publicUrl;
  return {
    of: (provider) => (base === undefined ? null : `${base}/gateways/${provider}/notices`),
    set(url) {
      base = url;
    },
  };
}
