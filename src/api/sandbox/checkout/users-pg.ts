import type { FastifyInstance } from 'fastify';
import { Refusal } from '../../../platform/errors/refusal.ts';
import { phpJson } from '../../../platform/json/php-json.ts';
import { merchantOfUserCode } from '../../../sandbox/checkout/user-codes.ts';
import { viewChannel } from '../../views/channel.ts';
import type { ControlPlane } from '../control-plane.ts';

/**
 * GET /users/pg/{user_code}: the channels of a shop, as the scripts and the wrappers of apps ask for them, without a token. The default
 * one is the first. Its envelope has `data` and `msg`, as those read it; with `callback` it is a script (JSONP).
 */
export function userPgRoutes(app: FastifyInstance, { services }: ControlPlane): void {
  app.get<{ Params: { user_code: string }; Querystring: Record<string, unknown> }>(
    '/users/pg/:user_code',
    { config: { isForAnyOrigin: true, isLookup: true } },
    async (request, reply) => {
      const { tier, callback } = request.query;
      const answer = await channelsOf(request.params.user_code, typeof tier === 'string' ? tier : undefined);
      const body = phpJson({
        code: answer.code,
        message: answer.msg,
        msg: answer.msg,
        response: answer.data,
        data: answer.data,
      });
      reply.headers({ 'access-control-allow-origin': '*', 'cache-control': 'no-store' });
      if (typeof callback === 'string' && /^[\w$.]{1,100}$/.test(callback)) {
        return reply.type('text/javascript; charset=utf-8').send(`/**/${callback}(${body});`);
      }
      return reply.code(answer.status).type('application/json; charset=UTF-8').send(body);
    },
  );

  async function channelsOf(userCode: string, tierCode: string | undefined) {
    try {
      const merchant = await merchantOfUserCode(services, userCode, tierCode);
      const channels = await services.channels.ofMerchant(merchant.id);
      const data = channels.map((channel) => {
        const { channel_name, ...shown } = viewChannel(channel);
        return { ...shown, name: channel_name };
      });
      return { status: 200, code: 0, msg: null, data };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { status: error.entry.status, code: -1, msg: error.message, data: [] };
    }
  }
}
