import { Link } from 'wouter';
import type { InboxAnswer, InboxItemAnswer, InboxSectionAnswer, RisingShareAnswer } from '../../api/views/inbox.ts';
import { useMoving } from '../api/questions.ts';
import { CopyId } from '../elements/copy-id.tsx';
import { EmptyState } from '../elements/empty-state.tsx';
import { Loading } from '../elements/loading.tsx';
import { Money } from '../elements/money.tsx';
import { Problem } from '../elements/problem.tsx';
import { Time } from '../elements/time.tsx';
import { useLanguage } from '../language/language.ts';
import { useWords } from '../language/words.ts';
import { paymentWords } from '../payment/words.ts';
import { Page } from '../shell/page.tsx';
import { inboxWords } from './words.ts';

type Kind = InboxSectionAnswer['kind'];

/** Where a section's whole list is, and where one of its entries leads. */
const places: Readonly<Record<Kind, { readonly list: string; one(item: InboxItemAnswer): string }>> = {
  doubts: { list: '/doubts', one: ({ id }) => `/doubts/${id}` },
  refund_requests: { list: '/refund-requests?state=waiting', one: ({ id }) => `/refund-requests/${id}` },
  bulk_refunds: { list: '/bulk-refunds?state=planned', one: ({ id }) => `/bulk-refunds/${id}` },
  refunds_under_way: { list: '/payments?open=refund', one: ({ imp_uid }) => `/payments/${imp_uid}` },
  failed_webhooks: { list: '/webhooks?state=failed', one: ({ id }) => `/webhooks/${id}` },
  accounts_due: { list: '/payments?pay_method=vbank&status=ready', one: ({ imp_uid }) => `/payments/${imp_uid}` },
};

export default function InboxPage() {
  const words = useWords(inboxWords);
  // A doubt that ends, or a refund that arrives, leaves by itself.
  const { data, error, isLoading, refetch } = useMoving<InboxAnswer>('/inbox', {}, ({ sections }) =>
    sections.some(({ kind, count }) => kind === 'doubts' && count > 0),
  );
  const waiting = data?.sections.filter(({ count }) => count > 0) ?? [];
  const isEmpty = data !== undefined && waiting.length === 0 && data.gateways.length === 0;
  return (
    <Page title={words.title} lead={words.lead}>
      <Problem failure={error} onRetry={() => void refetch()} />
      {isLoading && <Loading />}
      {isEmpty && (
        <EmptyState title={words.nothing}>
          <p>{words.nothingText}</p>
        </EmptyState>
      )}
      <div className="inbox" aria-live="polite">
        {data && data.gateways.length > 0 && <Gateways gateways={data.gateways} />}
        {waiting.map((section) => (
          <Section key={section.kind} section={section} />
        ))}
      </div>
    </Page>
  );
}

function Section({ section }: { readonly section: InboxSectionAnswer }) {
  const words = useWords(inboxWords);
  const kinds = useWords(paymentWords).what;
  const { kind, count, is_more, oldest_at, items } = section;
  const counted = words.count(count, is_more);
  return (
    <section className={`card inbox-section ${kind}`} aria-labelledby={`inbox-${kind}`}>
      <header>
        <h2 id={`inbox-${kind}`}>
          {words.sections[kind]} <span className="inbox-count">{counted}</span>
        </h2>
        <p className="faint">
          {kind === 'accounts_due' ? words.nextDue : words.oldest}: <Time at={oldest_at} isShort />
        </p>
      </header>
      <p>{words.texts[kind]}</p>
      <ul className="inbox-items">
        {items.map((item) => (
          <li key={item.id}>
            <div>
              <span className="inbox-name">{item.merchant_uid ?? item.id}</span>{' '}
              <CopyId id={item.imp_uid ?? item.id} isBare />
              <span className="faint below">
                {[item.pg_provider, item.what && (kinds[item.what] ?? item.what)].filter(Boolean).join(' · ')}
                {' · '}
                <Time at={item.at} isShort />
              </span>
            </div>
            {item.amount !== null && <Money amount={item.amount} currency={item.currency ?? 'KRW'} />}
            <Link
              href={places[kind].one(item)}
              className="button plain"
              aria-label={words.actOn(words.acts[kind], item.merchant_uid ?? item.id)}
            >
              {words.acts[kind]}
            </Link>
          </li>
        ))}
      </ul>
      {(is_more || count > items.length) && (
        <p>
          <Link href={places[kind].list}>{words.all(counted)}</Link>
        </p>
      )}
    </section>
  );
}

function Gateways({ gateways }: { readonly gateways: readonly RisingShareAnswer[] }) {
  const words = useWords(inboxWords);
  const percent = new Intl.NumberFormat(useLanguage(), { style: 'percent', maximumFractionDigits: 1 });
  const seeOf = (what: RisingShareAnswer['what']): string =>
    what === 'refunds_refused' ? words.seeRefunds : words.seePayments;
  return (
    <section className="card inbox-section gateways" aria-labelledby="inbox-gateways">
      <h2 id="inbox-gateways">{words.gateways}</h2>
      <p>{words.gatewayText}</p>
      <ul className="inbox-items">
        {gateways.map(({ pg_provider, what, share, usual_share, cases, since }) => (
          <li key={`${pg_provider} ${what}`}>
            <div>
              <span className="inbox-name">
                {pg_provider} · {words.what[what]}
              </span>
              <span className="faint below">
                {words.share(percent.format(share), percent.format(usual_share), cases)} · <Time at={since} isShort />
              </span>
            </div>
            <Link
              href={listOf(pg_provider, what)}
              className="button plain"
              aria-label={words.actOn(seeOf(what), `${pg_provider} ${words.what[what]}`)}
            >
              {seeOf(what)}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

function listOf(provider: string, what: RisingShareAnswer['what']): string {
  const query = new URLSearchParams({ pg_provider: provider });
  if (what === 'refunds_refused') return `/refunds?state=refused&${query}`;
  if (what === 'failed') query.set('status', 'failed');
  if (what === 'doubts') query.set('open', 'doubt');
  return `/payments?${query}`;
}
