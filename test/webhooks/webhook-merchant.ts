import assert from 'node:assert/strict';
import { type ApiClient, createApiClient } from '../kit/api-client.ts';
import { eventually } from '../kit/eventually.ts';

/** A fresh merchant with these settings; `secret` is what its webhooks are signed with. */
export async function newWebhookMerchant(
  url: string,
  settings: Readonly<Record<string, unknown>>,
): Promise<{ readonly client: ApiClient; readonly secret: string | null }> {
  const made = await createApiClient(url).post('/sandbox/merchants', settings);
  assert.equal(made.code, 0, made.text);
  const client = await createApiClient(url).logIn(made.response.imp_key, made.response.imp_secret);
  return { client, secret: made.response.webhook_secret };
}

export interface WebhookRecord {
  readonly webhook_id: string;
  readonly event: string;
  readonly state: string;
  readonly attempts: number;
  readonly next_attempt_at: number;
  readonly last_status: number | null;
  readonly last_error: string | null;
  readonly ended_at: number;
  readonly url: string;
  readonly log: readonly {
    readonly kind: string;
    readonly url: string;
    readonly content_type: string;
    readonly request_body: string;
    readonly status: number | null;
    readonly error: string | null;
    readonly duration_ms: number;
    readonly answer: string;
    readonly at: number;
  }[];
}

/** The payment's webhooks, oldest first, each with its log, as soon as none waits any more. */
export async function endedWebhooks(client: ApiClient, impUid: string, count: number): Promise<WebhookRecord[]> {
  return eventually(async () => {
    const { list } = (await client.get(`/webhooks?imp_uid=${impUid}`)).response;
    assert.deepEqual(
      list.map(({ state }: { state: string }) => state === 'waiting'),
      Array.from({ length: count }, () => false),
    );
    const ids = list.map(({ webhook_id }: { webhook_id: string }) => webhook_id).reverse();
    return Promise.all(ids.map(async (id: string) => (await client.get(`/webhooks/${id}`)).response));
  }, 30_000);
}
