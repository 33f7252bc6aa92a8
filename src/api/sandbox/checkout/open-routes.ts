import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Channel } from '../../../core/merchants/channels.ts';
import type { Merchant } from '../../../core/merchants/merchants.ts';
import { customerOf } from '../../../core/records/billing-key.ts';
import type { PaymentWindow } from '../../../core/records/checkout.ts';
import { Refusal } from '../../../platform/errors/refusal.ts';
import { isKnownCurrency } from '../../../platform/money/currency.ts';
import type { PayMethod } from '../../../port/payment.ts';
import { methodMeant } from '../../../sandbox/checkout/methods.ts';
import { openCertificationWindow, openPaymentWindow } from '../../../sandbox/checkout/open-window.ts';
import { merchantOfUserCode } from '../../../sandbox/checkout/user-codes.ts';
import { isMobile, wayOf } from '../../../sandbox/checkout/way.ts';
import { compileFields } from '../../foundation/field-decoder.ts';
import { ObjectField } from '../../foundation/fields.ts';
import { type AnswerWithStatus, defineRoute } from '../../foundation/route.ts';
import { buyerColumns } from '../../iamport/buyer-fields.ts';
import { NotOpenedView, type OpenedCheckoutAnswer, OpenedCheckoutView } from '../../views/checkout.ts';
import { withResult } from '../../views/redirect-url.ts';
import type { ControlPlane } from '../control-plane.ts';
import { readNaverOrder } from '../naver-window.ts';
import { readCardOptions } from './card-options.ts';
import { chooseCertificationChannel, choosePaymentChannel } from './channels.ts';
import {
  CertificationFields,
  openingFields,
  RequestPayFields,
  readDue,
  readLanguage,
  readRedirectUrl,
} from './request-fields.ts';

const OpenBody = Type.Object({
  ...openingFields,
  request: ObjectField({ description: 'What the page called the function with; docs/checkout.md has its fields.' }),
});
type Opening = Static<typeof OpenBody>;

const readPayment = compileFields(RequestPayFields);
const readCertification = compileFields(CertificationFields);

/** A shop's page opens a window. What can't be opened is told as the callback is told of it. */
export function openCheckoutRoutes(app: FastifyInstance, plane: ControlPlane): void {
  const { services } = plane;

  defineRoute(app, {
    method: 'POST',
    url: '/checkout/payments',
    operationId: 'openPaymentWindow',
    tag: 'checkout',
    summary: "A shop's page has called `IMP.request_pay`: its payment waits from now on, and the window is told of.",
    description:
      'JSON, also as text/plain. Where no window opens, `response` is what the callback of the page gets, with `redirect_url` beside it.',
    body: OpenBody,
    response: OpenedCheckoutView,
    refusalResponse: NotOpenedView,
    refusals: [
      'user_code_unknown',
      'channel_not_found',
      'not_supported_by_gateway',
      'currency_not_supported',
      'parameter_not_supported',
      'amount_invalid',
      'tax_free_exceeds_amount',
      'prepare_amount_differs',
      'order_already_paid',
    ],
    authenticate: false,
    isForPages: true,
    example: {
      body: {
        user_code: 'iamport',
        request: { merchant_uid: 'window-order-1', amount: 1000, name: '당근 10kg', buyer_name: '홍길동' },
      },
    },
    async handler({ body, request }) {
      return withFailure(body, request, 'payment', async (merchant) => {
        const asked = readPayment(body.request) as Static<typeof RequestPayFields>;
        const merchantUid = asked.merchant_uid || newMerchantUid(services.clock.now());
        const channel = await choosePaymentChannel(services, merchant.id, asked, merchantUid);
        const { payMethod, wallet } = methodOf(channel, asked.pay_method || 'card');
        const values = valuesOf(channel, asked, payMethod, merchantUid);
        const redirectUrl = readRedirectUrl(asked.m_redirect_url);
        const way = wayOf({
          provider: channel.provider,
          payMethod,
          isMobile: isMobile(request.headers['user-agent']),
          issuesKey: Boolean(asked.customer_uid),
          hasRedirectUrl: redirectUrl !== null,
          popup: asked.popup,
          naverPopupMode: asked.naverPopupMode,
        });
        const { token, checkout, payment } = await openPaymentWindow(services, channel, {
          way,
          values: {
            ...values.columns,
            pay_method: payMethod,
            emb_pg_provider: wallet,
            channel: isMobile(request.headers['user-agent']) ? 'mobile' : 'pc',
            started_at: services.clocks.of(merchant.id).now(),
            user_agent: request.headers['user-agent'] ?? null,
          },
          request: {
            merchant_uid: values.columns.merchant_uid,
            language: readLanguage(asked.language),
            redirect_url: redirectUrl,
            company: asked.company || null,
            origin: body.origin ?? null,
            payment: windowOf(asked, values.terms, typeof body.request.custom_data === 'string'),
          },
        });
        return {
          token,
          imp_uid: payment.imp_uid,
          merchant_uid: payment.merchant_uid,
          url: urlOf(request, token),
          way,
          pg_provider: channel.provider,
          expires_at: Math.floor(checkout.expires_at.getTime() / 1000),
        };
      });
    },
  });

  defineRoute(app, {
    method: 'POST',
    url: '/checkout/certifications',
    operationId: 'openCertificationWindow',
    tag: 'checkout',
    summary: "A shop's page has called `IMP.certification`.",
    description: 'As `POST /checkout/payments`.',
    body: OpenBody,
    response: OpenedCheckoutView,
    refusalResponse: NotOpenedView,
    refusals: ['user_code_unknown', 'certification_channel_not_found'],
    authenticate: false,
    isForPages: true,
    example: { body: { user_code: 'iamport', request: { merchant_uid: 'cert-1', name: '홍길동' } } },
    async handler({ body, request }) {
      return withFailure(body, request, 'certification', async (merchant) => {
        const asked = readCertification(body.request) as Static<typeof CertificationFields>;
        const channel = await chooseCertificationChannel(services, merchant.id, asked);
        const redirectUrl = readRedirectUrl(asked.m_redirect_url);
        const way = isMobile(request.headers['user-agent']) && asked.popup !== true ? 'redirect' : 'popup';
        const merchantUid = asked.merchant_uid || newMerchantUid(services.clock.now());
        const { token, checkout } = await openCertificationWindow(services, channel, way, {
          merchant_uid: merchantUid,
          language: readLanguage(asked.language),
          redirect_url: redirectUrl,
          company: asked.company || null,
          origin: body.origin ?? null,
          certification: {
            name: asked.name || null,
            phone: asked.phone || null,
            carrier: asked.carrier || null,
            min_age: asked.min_age && /^\d+$/.test(asked.min_age) ? Number(asked.min_age) : null,
          },
        });
        return {
          token,
          imp_uid: checkout.imp_uid,
          merchant_uid: merchantUid,
          url: urlOf(request, token),
          way,
          pg_provider: channel.provider,
          expires_at: Math.floor(checkout.expires_at.getTime() / 1000),
        };
      });
    },
  });

  /** A refusal goes out with what the callback of the page is to get: nobody there reads messages of an envelope. */
  async function withFailure(
    body: Opening,
    request: FastifyRequest,
    type: 'payment' | 'certification',
    open: (merchant: Merchant) => Promise<OpenedCheckoutAnswer>,
  ): Promise<OpenedCheckoutAnswer | AnswerWithStatus<OpenedCheckoutAnswer>> {
    try {
      return await open(await merchantOfUserCode(services, body.user_code, body.tier_code));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const response = failureOf(body.request, request, type, error);
      return { status: error.entry.status, response: response as unknown as OpenedCheckoutAnswer, failure: error };
    }
  }
}

/** Codes and texts that pages compare; all others are ours. */
const noChannel = { code: 'F1001', text: '등록된 PG 설정 정보가 없습니다.' };
const knownFailures: Readonly<Record<string, { readonly code: string; readonly text: string }>> = {
  channel_not_found: noChannel,
  certification_channel_not_found: noChannel,
  order_already_paid: { code: 'F1002', text: '이미 결제가 이루어진 거래건입니다.' },
};

function failureOf(
  asked: Readonly<Record<string, unknown>>,
  { headers }: FastifyRequest,
  type: 'payment' | 'certification',
  refusal: Refusal,
): object {
  const text = (name: string) => {
    const { [name]: given } = asked;
    return typeof given === 'string' || typeof given === 'number' ? textUpTo(200, given) : null;
  };
  const known = knownFailures[refusal.errorCode];
  const failure = {
    success: false,
    imp_success: false,
    imp_uid: null,
    merchant_uid: text('merchant_uid'),
    ...(type === 'payment' ? { pay_method: text('pay_method') ?? 'card' } : {}),
    pg_type: type,
    error_code: known?.code ?? refusal.errorCode.toUpperCase(),
    error_msg: known?.text ?? refusal.message,
  };
  return { ...failure, redirect_url: isMobile(headers['user-agent']) ? failedAddress(asked, type, failure) : null };
}

/** On a mobile device a page hears of early failures, too, by being come back to. */
function failedAddress(
  { m_redirect_url: given }: Readonly<Record<string, unknown>>,
  type: 'payment' | 'certification',
  failure: { readonly merchant_uid: string | null; readonly error_code: string; readonly error_msg: string },
): string | null {
  let address: string | null = null;
  try {
    address = typeof given === 'string' ? readRedirectUrl(given) : null;
  } catch {
    // The address itself is what was refused.
  }
  return (
    address &&
    withResult(address, {
      merchant_uid: failure.merchant_uid ?? undefined,
      [type === 'payment' ? 'imp_success' : 'success']: 'false',
      error_code: failure.error_code,
      error_msg: failure.error_msg,
    })
  );
}

function methodOf({ gateway, provider }: Channel, asked: string) {
  const meant = methodMeant(gateway, asked);
  if (!meant) throw new Refusal('not_supported_by_gateway', { provider, capability: `pay_in_window(${asked})` });
  return meant;
}

function valuesOf(
  { gateway }: Channel,
  asked: Static<typeof RequestPayFields>,
  payMethod: PayMethod,
  merchantUid: string,
) {
  const currency = currencyOf(asked.currency);
  const { amounts, terms } = readNaverOrder(
    {
      ...buyerColumnsGiven(asked),
      amount: asked.amount,
      tax_free: asked.tax_free,
      vat_amount: asked.vat_amount ?? asked.vat,
      merchant_uid: merchantUid,
      ...(asked.naverProducts === undefined ? {} : { naver_products: asked.naverProducts as never }),
      ...(asked.naverUseCfm && gateway.orderServices?.confirmPurchase ? { naver_use_cfm: asked.naverUseCfm } : {}),
    },
    gateway,
    currency,
    Boolean(asked.customer_uid),
  );
  return {
    terms: terms ?? null,
    columns: {
      merchant_uid: merchantUid,
      pay_method: payMethod,
      currency,
      ...amounts,
      custom_data: asked.custom_data ?? null,
      notice_urls: asked.notice_url ?? [],
      confirm_url: asked.confirm_url || null,
      escrow: asked.escrow ?? false,
      ...buyerColumns(asked),
    },
  };
}

/** What was left out is left out, and not undefined. */
function buyerColumnsGiven({
  name,
  buyer_name,
  buyer_tel,
  buyer_addr,
  buyer_postcode,
}: Static<typeof RequestPayFields>) {
  return {
    ...(name === undefined ? {} : { name }),
    ...(buyer_name === undefined ? {} : { buyer_name }),
    ...(buyer_tel === undefined ? {} : { buyer_tel }),
    ...(buyer_addr === undefined ? {} : { buyer_addr }),
    ...(buyer_postcode === undefined ? {} : { buyer_postcode }),
  };
}

function windowOf(
  asked: Static<typeof RequestPayFields>,
  terms: Readonly<Record<string, unknown>> | null,
  customDataIsText: boolean,
): PaymentWindow {
  return {
    key: asked.customer_uid ? { customer_uid: asked.customer_uid, customer_id: asked.customer_id || null } : null,
    customer: customerOf(buyerColumns(asked)),
    ...readCardOptions(asked.display, asked.card),
    use_point: asked.useCardPoint ?? false,
    vbank_due: readDue(asked.vbank_due),
    period: asked.period ? textsOf(asked.period) : null,
    custom_data_is_text: customDataIsText,
    terms,
  };
}

function textsOf(given: Readonly<Record<string, unknown>>): Record<string, string> {
  const texts = Object.entries(given).filter(
    (entry): entry is [string, string | number] => typeof entry[1] === 'string' || typeof entry[1] === 'number',
  );
  return Object.fromEntries(texts.slice(0, 10).map(([name, value]) => [textUpTo(40, name), textUpTo(100, value)]));
}

/** Half a character at the cut is none that could be kept or sent. */
function textUpTo(lengthMax: number, given: string | number): string {
  return String(given).slice(0, lengthMax).toWellFormed();
}

/** `CURRENCY_USD`, as the newer SDKs write it, is USD. */
function currencyOf(given: string | undefined): string {
  const currency = (given || 'KRW').replace(/^CURRENCY_/, '');
  if (!isKnownCurrency(currency)) throw new Refusal('currency_not_supported', { currency });
  return currency;
}

/** As the old script named an order that has no name. */
function newMerchantUid(now: Date): string {
  return `nobody_${now.getTime()}`;
}

/** By the name that the page called: a telephone or an emulator knows this server by another one than it does itself. */
function urlOf({ protocol, host }: FastifyRequest, token: string): string {
  return `${protocol}://${host}/checkout/${token}`;
}
