import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { readCertification } from '../../core/certifications/parts.ts';
import { insertWindowCertification } from '../../core/certifications/window-certification.ts';
import { newImpUid } from '../../core/payments/identifier.ts';
import { certificationOrderIdOf } from '../../core/records/certification.ts';
import { carriers, type PersonToCertify } from '../../port/certification.ts';
import { certifyAtSimulator, confirmInAppAtSimulator } from '../../sandbox/certifications.ts';
import { BooleanField, ChoiceField, DigitsField, TextField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import { chooseChannel } from '../iamport/certifications.ts';
import { CertificationView, viewCertification } from '../views/certification.ts';
import { readBirthday, readMobileNumber } from './certified-person.ts';
import type { ControlPlane } from './control-plane.ts';

export function sandboxCertificationRoutes(app: FastifyInstance, plane: ControlPlane): void {
  const { services, simulators } = plane;

  defineRoute(app, {
    method: 'POST',
    url: '/sandbox/certifications',
    operationId: 'certifyInWindow',
    tag: 'sandbox',
    summary:
      'A person has just gone through the window of a provider of certifications (`IMP.certification`), or left it.',
    body: Type.Object({
      pg_provider: Type.Optional(
        TextField({ maxLength: 80, description: 'Default: the first channel of the merchant for certifications.' }),
      ),
      channel_key: Type.Optional(TextField({ maxLength: 80 })),
      merchant_uid: Type.Optional(TextField({ maxLength: 40 })),
      name: TextField({ maxLength: 80 }),
      phone: Type.Optional(DigitsField({ digitsMax: 12, description: 'Default 01012345678.' })),
      birthday: Type.Optional(TextField({ maxLength: 10, description: 'YYYY-MM-DD; default 1990-01-01.' })),
      gender: Type.Optional(ChoiceField(['male', 'female'], { description: 'Default male.' })),
      carrier: Type.Optional(ChoiceField(carriers, { description: 'Default SKT.' })),
      is_mvno: Type.Optional(BooleanField()),
      is_foreigner: Type.Optional(BooleanField()),
      origin: Type.Optional(TextField({ maxLength: 2_000, description: 'The page that opened the window.' })),
      is_left: Type.Optional(BooleanField({ description: 'The person has left the window, and is not certified.' })),
    }),
    response: CertificationView,
    refusals: ['certification_channel_not_found', 'sandbox_certification_refused', 'sandbox_simulator_unavailable'],
    authenticate: false,
    permission: 'sandbox',
    readsToken: true,
    example: { body: { name: '홍길동', birthday: '1990-01-01', gender: 'male' } },
    async handler({ body, request }) {
      const merchant = await plane.merchantOrDemo(request);
      const channel = await chooseChannel(services, merchant.id, {
        channelKey: body.channel_key,
        pg: body.pg_provider,
      });
      const impUid = newImpUid('window');
      const person: PersonToCertify = {
        name: body.name,
        phone: readMobileNumber(body.phone || '01012345678'),
        birthday: readBirthday(body.birthday || '1990-01-01'),
        gender: body.gender ?? 'male',
        isForeigner: body.is_foreigner ?? false,
        carrier: body.carrier ?? 'SKT',
        isBudgetCarrier: body.is_mvno ?? false,
      };
      const certified = body.is_left ? null : await certifyAtSimulator(simulators, channel, impUid, person);
      return viewCertification(
        await insertWindowCertification(services, {
          channel,
          impUid,
          merchantUid: body.merchant_uid || null,
          origin: body.origin || null,
          person: certified,
        }),
      );
    },
  });

  defineRoute(app, {
    method: 'POST',
    url: '/sandbox/certifications/:imp_uid/app-confirmation',
    operationId: 'confirmInApp',
    tag: 'sandbox',
    summary: "The person says yes in the carrier's app; the merchant then confirms without a code.",
    params: Type.Object({ imp_uid: Type.String() }),
    response: CertificationView,
    refusals: ['certification_not_found', 'sandbox_certification_refused', 'sandbox_simulator_unavailable'],
    authenticate: false,
    permission: 'sandbox',
    readsToken: true,
    async handler({ params, request }) {
      const merchant = await plane.merchantOrDemo(request);
      const row = await readCertification(services, merchant.id, params.imp_uid);
      const channel = await services.channels.byId(row.channel_id);
      await confirmInAppAtSimulator(simulators, channel, certificationOrderIdOf(row));
      return viewCertification({ row, person: null });
    },
  });
}
