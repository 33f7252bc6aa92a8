import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { gateways } from '../../src/gateways/registry.ts';
import { cardName } from '../../src/platform/codes/cards.ts';
import { lookupOf, supportOf } from '../../src/port/capabilities.ts';
import { operationAt } from '../../src/port/gateway.ts';
import type { WindowCard } from '../../src/simulators/definition.ts';
import { openRig, type Rig } from './kit/rig.ts';
import { confirmed, type Setting, windowRequest } from './kit/scenarios.ts';

/** What a buyer chooses in the window, of every gateway whose window takes cards. Those abroad have no companies of Korea's to choose. */
const abroad: readonly string[] = ['eximbay', 'paymentwall'];
/** 국민, 현대, 삼성, 롯데 or 농협: none is the usual card of every simulator's window, and each gateway has at least one of them. */
const issuers = ['381', '367', '365', '368', '371'];

for (const [provider, module] of gateways) {
  const { gateway } = module;
  const capabilities = gateway.capabilities.payMethods.card;
  if (!capabilities?.operations.approve_window) continue;
  describe(provider, () => {
    let rig: Rig;
    before(async () => {
      rig = await openRig(module);
    });
    after(() => rig.close());
    const setting = (): Setting => ({ gateway, rig, payMethod: 'card', capabilities });

    /** Through the window and the approval; a refusal may come from either. */
    async function pay(card: WindowCard, amountMinor: bigint) {
      const agreed = windowRequest(setting(), { card, amountMinor });
      const authenticated = await rig.control.authenticateInWindow(agreed);
      if (authenticated.kind !== 'done') return { kind: 'refused', ...agreed } as const;
      const request = {
        ...agreed,
        payMethod: 'card',
        token: authenticated.result.gatewayTid,
        issuesKey: false,
      } as const;
      const outcome = await operationAt(gateway, 'approve_window').send(rig.call(), request);
      if (outcome.kind === 'refused') {
        assert.ok(outcome.code && outcome.message);
        return { kind: 'refused', ...agreed } as const;
      }
      return { kind: 'approved', result: confirmed(outcome), ...agreed } as const;
    }

    if (abroad.includes(provider)) {
      test('a card of a Korean company, and months, are refused', async () => {
        for (const card of [
          { code: '381', installmentMonths: 0 },
          { code: null, installmentMonths: 3 },
        ]) {
          const { kind, orderId } = await pay(card, 60_000n);
          assert.equal(kind, 'refused', inspect(card));
          assert.deepEqual((await rig.control.book({ mid: rig.mid, orderId })).transactions, []);
        }
        assert.equal((await pay({ code: null, installmentMonths: 0 }, 60_000n)).kind, 'approved');
      });
      return;
    }

    test('the company and the months that the buyer chooses are those of the approval, and of what the gateway tells later', async () => {
      const told = new Set<string>();
      for (const code of issuers) {
        const paid = await pay({ code, installmentMonths: 3 }, 60_000n);
        if (paid.kind === 'refused') continue;
        const { approval, gatewayTid } = paid.result;
        const card = approval?.card;
        assert.ok(card && gatewayTid, inspect(paid.result));
        assert.equal(card.code, code);
        assert.equal(card.issuerCode, code);
        assert.equal(card.issuerName, cardName(code));
        assert.equal(card.installmentMonths, 3);
        told.add(code);
        if (lookupOf(gateway.capabilities, 'card') === 'none') continue;
        const { orderId, currency, amountMinor: paymentAmountMinor } = paid;
        const payment = { orderId, currency, paymentAmountMinor, payMethod: 'card', accountNumber: null } as const;
        const found = await gateway.lookUp(rig.call(), { ...payment, gatewayTid, madeAt: rig.call().now });
        assert.ok(found.kind === 'found', inspect(found));
        const seen = found.payment.approval?.card;
        if (!seen) continue;
        assert.equal(seen.installmentMonths, 3);
        if (seen.issuerCode !== null) assert.equal(seen.issuerCode, code);
        if (seen.code !== null) assert.equal(seen.code, code);
      }
      assert.ok(told.size >= 4, `only ${[...told].join()}`);
    });

    test('months that no card company splits an amount into are refused, and nothing is paid', async () => {
      for (const [installmentMonths, amountMinor] of [
        [3, 49_999n],
        [1, 60_000n],
        [60, 60_000n],
      ] as const) {
        const { kind, orderId } = await pay({ code: null, installmentMonths }, amountMinor);
        assert.equal(kind, 'refused', `${installmentMonths} months of ${amountMinor}`);
        assert.deepEqual((await rig.control.book({ mid: rig.mid, orderId })).transactions, []);
      }
    });

    test('a company that nobody knows is refused', async () => {
      const { kind } = await pay({ code: '999', installmentMonths: 0 }, 60_000n);
      assert.equal(kind, 'refused');
    });

    if (supportOf(gateway.capabilities, 'card', 'charge_key') === 'unsupported') return;
    test('a key of the window has the card that the buyer has chosen, and so has what is paid with it', async () => {
      const code = issuers[1] ?? '';
      const card = { code, installmentMonths: 0 };
      const issue = async (amountMinor: bigint) => {
        const window = windowRequest(setting(), { card, amountMinor });
        return rig.control.issueKeyInWindow({ ...window, customerUid: 'uid', customerId: window.orderId });
      };
      let keyed = await issue(0n);
      if (keyed.kind !== 'done') keyed = await issue(60_000n);
      // No key comes from its window, or its window does not tell the card behind one.
      if (keyed.kind !== 'done' || keyed.result.issued.card === null) return;
      assert.equal(keyed.result.issued.card.issuerCode, code);
      const charge = windowRequest(setting());
      const approval = confirmed(
        await operationAt(gateway, 'charge_key').send(rig.call(), {
          ...charge,
          billingKey: keyed.result.issued.billingKey,
          installmentMonths: 0,
          interestFreeByMerchant: false,
          useCardPoint: false,
          productType: null,
        }),
      );
      const { issuerCode = null } = approval.card ?? {};
      if (issuerCode !== null) assert.equal(issuerCode, code);
    });
  });
}
