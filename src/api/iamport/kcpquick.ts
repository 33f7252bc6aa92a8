import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import type { Channel } from '../../core/merchants/channels.ts';
import type { Merchant } from '../../core/merchants/merchants.ts';
import { paymentOfReport } from '../../core/operations/report.ts';
import { askOnce } from '../../core/payments/ask-once.ts';
import { makePayment } from '../../core/payments/make-payment.ts';
import { payFromWalletKind } from '../../core/payments/pay-from-wallet-kind.ts';
import { paymentOf } from '../../core/records/subject.ts';
import type { Services } from '../../core/services.ts';
import { unixSeconds } from '../../platform/clock/clock.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { readOptionalAmount } from '../../platform/money/amount-parameter.ts';
import { readOrderAmounts } from '../../platform/money/order-amounts.ts';
import type { GatewayCall } from '../../port/call.ts';
import type { Told, WalletMeans, Wallets } from '../../port/wallet.ts';
import { AmountField, ChoiceField, StringListField } from '../foundation/fields.ts';
import { defineRoute, type RouteMethod } from '../foundation/route.ts';
import { type PaymentAnswer, PaymentView, viewPayment } from '../views/payment.ts';

export const kcpQuickProvider = 'kcp_quick';

/** What stands for KCP in the sandbox. */
const members =
  'members with their money, checks of the PIN, keys for automatic payments and preparations, in the book of a simulator';

const MemberId = Type.Object({ member_id: Type.String({ maxLength: 80 }) });
const OrderNumber = Type.Object({ merchant_uid: Type.String({ maxLength: 40 }) });

const paymentRefusals = [
  'kcpquick_channel_missing',
  'not_supported_by_gateway',
  'amount_invalid',
  'order_already_paid',
  'wallet_payment_refused',
  'outcome_in_doubt',
  'gateway_unreachable',
] as const;
const askingRefusals = [
  'kcpquick_channel_missing',
  'not_supported_by_gateway',
  'kcpquick_failed',
  'gateway_unclear',
] as const;

/** The wallet of KCP's own: its members, their prepaid money, and keys for automatic payments. */
export function kcpQuickRoutes(app: FastifyInstance, services: Services): void {
  prepareRoute('POST', 'prepare_create', true);
  prepareRoute('PUT', 'prepare_update', false);

  defineRoute(app, {
    method: 'POST',
    url: '/kcpquick/payment/money',
    operationId: 'payWithMoney',
    tag: 'kcpquick',
    standIn: members,
    summary: "Pays with a member's prepaid money, after a check of the member's PIN in the window.",
    description:
      'A check of the PIN is good for one payment. Where KCP declines, the answer is the failed payment, with code 0; where it knows no such member or check, a refusal. Idempotency-Key is not looked at: an order is paid once.',
    body: Type.Object({
      member_id: Type.String({ maxLength: 16 }),
      channel_key: Type.Optional(Type.String({ maxLength: 80, description: 'Default: the first of kcp_quick.' })),
      channelKey: Type.Optional(Type.String({ maxLength: 80, description: 'Its name in the first version.' })),
      merchant_uid: Type.String({ maxLength: 40 }),
      name: Type.String({ maxLength: 40 }),
      amount: AmountField(),
      imp_uid: Type.String({ maxLength: 32, description: 'Of the finished PinCheck.' }),
      notice_url: Type.Optional(StringListField()),
    }),
    response: PaymentView,
    refusals: paymentRefusals,
    authenticate: true,
    example: {
      body: { member_id: 'm0001', merchant_uid: 'q_1', name: '충전금 결제', amount: 5000, imp_uid: 'imp_000000000040' },
    },
    async handler({ body, merchant, request }) {
      return pay(merchant, await channelOf(merchant, body.channel_key ?? body.channelKey), {
        ...body,
        payMethod: 'point',
        means: { kind: 'money', memberId: body.member_id, pinCheckId: body.imp_uid },
        more: {},
        userAgent: request.headers['user-agent'],
      });
    },
  });

  defineRoute(app, {
    method: 'POST',
    url: '/kcpquick/payment/autopay',
    operationId: 'payWithAutoPaymentKey',
    tag: 'kcpquick',
    standIn: members,
    summary: 'Pays with a key for automatic payments, which its owner has agreed to in the window.',
    description: 'Answered as POST /kcpquick/payment/money is. Through the first channel of kcp_quick.',
    body: Type.Object({
      customer_uid: Type.String({ maxLength: 80 }),
      merchant_uid: Type.String({ maxLength: 40 }),
      name: Type.String({ maxLength: 40 }),
      buyer_name: Type.String({ maxLength: 20 }),
      amount: AmountField(),
      notice_url: Type.Optional(StringListField()),
    }),
    response: PaymentView,
    refusals: paymentRefusals,
    authenticate: true,
    example: {
      body: { customer_uid: 'card-1', merchant_uid: 'q_2', name: '자동결제', buyer_name: '홍길동', amount: 5000 },
    },
    async handler({ body, merchant, request }) {
      return pay(merchant, await channelOf(merchant, undefined), {
        ...body,
        payMethod: 'card',
        means: { kind: 'autopay_key', customerUid: body.customer_uid },
        more: {
          buyer_name: body.buyer_name,
          customer_uid: body.customer_uid,
          customer_uid_usage: 'payment',
        },
        userAgent: request.headers['user-agent'],
      });
    },
  });

  defineRoute(app, {
    method: 'DELETE',
    url: '/kcpquick/autopay/:customer_uid',
    operationId: 'deleteAutoPayKey',
    tag: 'kcpquick',
    standIn: members,
    summary: 'Deletes a key for automatic payments; what it was registered on stays.',
    params: Type.Object({ customer_uid: Type.String({ maxLength: 80 }) }),
    response: Type.Object({ customer_uid: Type.String() }),
    successMessage: '자동결제 키가 정상적으로 삭제되었습니다.',
    refusals: ['kcpquick_autopay_key_not_found', ...askingRefusals],
    authenticate: true,
    async handler({ params, merchant }) {
      const { customer_uid } = params;
      const answer = await ask(await channelOf(merchant, undefined), 'delete_autopay_key', (wallets, call) =>
        wallets.deleteAutopayKey?.(call, customer_uid),
      );
      if (!('no' in answer)) return { customer_uid };
      const { message: reason, isUnknown } = answer.no;
      throw new Refusal(isUnknown ? 'kcpquick_autopay_key_not_found' : 'kcpquick_failed', { reason });
    },
  });

  defineRoute(app, {
    method: 'DELETE',
    url: '/kcpquick/members/:member_id',
    operationId: 'member_delete',
    tag: 'kcpquick',
    standIn: members,
    summary: 'Deletes a member with everything that is registered for it.',
    params: MemberId,
    query: Type.Object({
      site_code: Type.Optional(Type.String({ maxLength: 80, description: 'Default: the first channel of kcp_quick.' })),
      partner_type: Type.Optional(Type.String({ maxLength: 80 })),
      partner_subtype: Type.Optional(Type.String({ maxLength: 80 })),
    }),
    response: Type.Object({
      member_id: Type.String(),
      pg_provider: Type.String(),
      pg_id: Type.String(),
      inserted: Type.Integer({ description: 'Seconds since 1970.' }),
      updated: Type.Integer({ description: 'Seconds since 1970.' }),
    }),
    refusals: ['kcpquick_member_not_found', ...askingRefusals],
    authenticate: true,
    async handler({ params, query, merchant }) {
      const channel = await channelOf(merchant, undefined, query.site_code);
      const answer = await ask(channel, 'delete_member', (wallets, call) =>
        wallets.deleteMember?.(call, {
          memberId: params.member_id,
          partnerType: query.partner_type || null,
          partnerSubtype: query.partner_subtype || null,
        }),
      );
      if ('no' in answer) {
        const { message: reason, isUnknown } = answer.no;
        throw new Refusal(isUnknown ? 'kcpquick_member_not_found' : 'kcpquick_failed', { reason });
      }
      const { memberId, insertedAt, updatedAt } = answer.value;
      return {
        member_id: memberId,
        pg_provider: channel.provider,
        pg_id: channel.mid,
        inserted: unixSeconds(insertedAt),
        updated: unixSeconds(updatedAt),
      };
    },
  });

  defineRoute(app, {
    method: 'POST',
    url: '/kcpquick/members/:member_id/fido/release',
    operationId: 'releaseFido',
    tag: 'kcpquick',
    standIn: members,
    summary: "Ends the use of a member's biometrics.",
    description:
      "What KCP refuses is answered with HTTP 200, a code other than 0, and KCP's own code and text in `error` instead of `response`.",
    params: MemberId,
    body: Type.Object({ channel_key: Type.String({ maxLength: 80 }) }),
    response: Type.Object({ member_id: Type.String() }),
    successMessage: '생체인증 사용이 정상적으로 해제되었습니다.',
    refusals: ['kcpquick_refused', 'kcpquick_channel_missing', 'not_supported_by_gateway', 'gateway_unclear'],
    authenticate: true,
    example: { body: { channel_key: 'channel-key-…' } },
    async handler({ params, body, merchant }) {
      const { member_id } = params;
      const answer = await ask(await channelOf(merchant, body.channel_key), 'release_biometrics', (wallets, call) =>
        wallets.releaseBiometrics?.(call, member_id),
      );
      if (!('no' in answer)) return { member_id };
      const { code, message } = answer.no;
      throw new Refusal('kcpquick_refused', { reason: message }, null, null, { code, message });
    },
  });

  function prepareRoute(method: Extract<RouteMethod, 'POST' | 'PUT'>, operationId: string, isNew: boolean): void {
    defineRoute(app, {
      method,
      url: '/kcpquick/prepare/:merchant_uid',
      operationId,
      tag: 'kcpquick',
      standIn: members,
      summary: isNew
        ? 'Prepares an order for what a member does with prepaid money in the window.'
        : 'Changes what an order was prepared with.',
      description:
        'Through the first channel of kcp_quick. A preparation does not expire. It has nothing to do with /payments/prepare.',
      params: OrderNumber,
      body: Type.Object({
        btid: Type.String({ maxLength: 20 }),
        cust_ip: Type.String({ maxLength: 15, description: 'IPv4.' }),
        code_verifier: Type.String({ maxLength: 200 }),
        prepaid_auth_yn: Type.Optional(ChoiceField(['Y', 'N'])),
        prepaid_amount: Type.Optional(
          AmountField({ description: 'At most nine digits; needed with prepaid_auth_yn Y.' }),
        ),
        vender_type: Type.Optional(Type.String({ maxLength: 20 })),
        reward_id: Type.Optional(Type.String({ maxLength: 20 })),
      }),
      response: Type.Null(),
      refusals: [isNew ? 'kcpquick_already_prepared' : 'kcpquick_not_prepared', 'amount_invalid', ...askingRefusals],
      authenticate: true,
      example: {
        body: {
          btid: 'BT0001',
          cust_ip: '192.0.2.10',
          code_verifier: 'f3',
          prepaid_auth_yn: 'Y',
          prepaid_amount: 5000,
        },
      },
      async handler({ params, body, merchant }) {
        if (!/^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/.test(body.cust_ip)) {
          throw new Refusal('parameter_invalid', { name: 'cust_ip', expected: 'IPv4' });
        }
        const amountMinor = readOptionalAmount('prepaid_amount', body.prepaid_amount, 'KRW');
        if (body.prepaid_auth_yn === 'Y' && !amountMinor) {
          throw new Refusal('parameter_missing', { name: 'prepaid_amount' });
        }
        if (amountMinor !== null && amountMinor > 999_999_999n) {
          throw new Refusal('parameter_invalid', { name: 'prepaid_amount', expected: '9자리 이하' });
        }
        const preparation = {
          merchantUid: params.merchant_uid,
          terminalTransactionId: body.btid,
          buyerAddress: body.cust_ip,
          codeVerifier: body.code_verifier,
          authenticatedMinor: body.prepaid_auth_yn === 'Y' ? amountMinor : null,
          vendorType: body.vender_type || null,
          rewardId: body.reward_id || null,
        };
        const answer = await ask(await channelOf(merchant, undefined), 'prepare', (wallets, call) =>
          wallets.prepare?.(call, preparation, isNew),
        );
        if ('no' in answer) throw new Refusal('kcpquick_failed', { reason: answer.no.message });
        if (!answer.value) throw new Refusal(isNew ? 'kcpquick_already_prepared' : 'kcpquick_not_prepared');
        return null;
      },
    });
  }

  async function channelOf(merchant: Merchant, channelKey: string | undefined, siteCode?: string): Promise<Channel> {
    const channels = await services.channels.ofMerchant(merchant.id);
    const found = channels.find(
      (channel) =>
        channel.provider === kcpQuickProvider &&
        (channelKey === undefined || channel.channelKey === channelKey) &&
        (!siteCode || channel.mid === siteCode),
    );
    if (!found) throw new Refusal('kcpquick_channel_missing', { channel: channelKey ?? siteCode ?? kcpQuickProvider });
    return found;
  }

  function ask<T>(
    channel: Channel,
    capability: string,
    question: (wallets: Wallets, call: GatewayCall) => Promise<Told<T>> | undefined,
  ) {
    return askOnce(services, channel, services.requestDeadline(), capability, channel.gateway.wallets, question);
  }

  async function pay(merchant: Merchant, channel: Channel, asked: WalletOrder): Promise<PaymentAnswer> {
    const report = await makePayment(services, {
      kind: 'pay_from_wallet',
      channel,
      values: {
        merchant_uid: asked.merchant_uid,
        pay_method: asked.payMethod,
        channel: 'api',
        claims_order: true,
        currency: 'KRW',
        ...readOrderAmounts({ amount: asked.amount, taxFree: undefined, vat: undefined }, 'KRW'),
        name: asked.name,
        started_at: services.clocks.of(merchant.id).now(),
        user_agent: asked.userAgent ?? null,
        notice_urls: asked.notice_url ?? [],
        ...asked.more,
      },
      details: {},
      secrets: {},
      card: null,
      means: asked.means,
      deadline: services.requestDeadline(),
    });
    // Declined: i'mport answers with the payment that failed. That it knows no member, check or key is a refusal.
    if (report.state === 'refused' && report.category !== 'unknown_transaction') {
      return viewPayment(paymentOf(report.subject));
    }
    return viewPayment(paymentOfReport(report, payFromWalletKind));
  }
}

interface WalletOrder {
  readonly merchant_uid: string;
  readonly name: string;
  readonly amount: unknown;
  readonly notice_url?: readonly string[];
  readonly payMethod: 'point' | 'card';
  readonly means: WalletMeans;
  readonly more: {
    readonly buyer_name?: string;
    readonly customer_uid?: string;
    readonly customer_uid_usage?: 'payment';
  };
  readonly userAgent: string | undefined;
}
