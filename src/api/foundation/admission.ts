import type { FastifyReply } from 'fastify';
import { Refusal } from '../../platform/errors/refusal.ts';

/**
 * How much is worked on at once. What is refused here costs next to nothing, so that a server that has more to do than it can goes on
 * answering those that it has let in, and its probes.
 */
export interface Admission {
  /** Before anything is looked at. Counts until the connection of the answer is done with it. */
  enter(reply: FastifyReply): Refusal | undefined;
  /** As soon as it is known whose request it is. @throws Refusal */
  enterAs(merchantId: bigint, reply: FastifyReply): void;
}

export interface AdmissionLimits {
  readonly requestsMax: number;
  readonly requestsPerMerchantMax: number;
}

export function createAdmission({ requestsMax, requestsPerMerchantMax }: AdmissionLimits): Admission {
  let underWay = 0;
  const ofMerchants = new Map<bigint, number>();
  return {
    enter({ raw }) {
      if (underWay >= requestsMax) return new Refusal('server_busy');
      underWay += 1;
      raw.once('close', () => {
        underWay -= 1;
      });
      return undefined;
    },
    enterAs(merchantId, { raw }) {
      const before = ofMerchants.get(merchantId) ?? 0;
      if (before >= requestsPerMerchantMax) throw new Refusal('too_many_requests');
      // The caller may have hung up while its token was looked up.
      if (raw.closed) return;
      ofMerchants.set(merchantId, before + 1);
      raw.once('close', () => {
        const left = (ofMerchants.get(merchantId) ?? 1) - 1;
        if (left === 0) ofMerchants.delete(merchantId);
        else ofMerchants.set(merchantId, left);
      });
    },
  };
}
