export interface GatewayHttpClient {
  send(request: GatewayHttpRequest): Promise<GatewayHttpResult>;
  close(): Promise<void>;
}
export interface GatewayHttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | null;
  /** Charset of the answer's text. */
  readonly charset: 'utf-8' | 'euc-kr';
  readonly timeLimitMs: number;
}
export type GatewayHttpResult =
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly text: string;
    }
  | { readonly kind: 'never_sent'; readonly why: string }
  | { readonly kind: 'no_answer'; readonly why: string };
