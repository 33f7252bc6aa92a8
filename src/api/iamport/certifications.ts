import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { confirmCertification } from '../../core/certifications/confirm-certification.ts';
import { findCertification, forgetCertification } from '../../core/certifications/find-certification.ts';
import { requestCertification } from '../../core/certifications/request-certification.ts';
import type { Channel } from '../../core/merchants/channels.ts';
import type { Services } from '../../core/services.ts';
import { readSeoulDigits } from '../../platform/clock/seoul-time.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import { withoutSeparators } from '../../platform/separators.ts';
import { carriers, type PersonToCertify } from '../../port/certification.ts';
import { BooleanField, ChoiceField, DigitsField, ObjectField, TextField } from '../foundation/fields.ts';
import { defineRoute } from '../foundation/route.ts';
import { CertificationRequestView, CertificationView, viewCertification } from '../views/certification.ts';

const ImpUid = Type.Object({ imp_uid: Type.String() });
const standIn = "the carriers' book of persons, codes and tries, over a protocol of this project's own";

export function certificationRoutes(app: FastifyInstance, services: Services): void {
  defineRoute(app, {
    method: 'POST',
    url: '/certifications/otp/request',
    operationId: 'requestOTP',
    tag: 'certifications',
    standIn,
    summary: 'Has a person sent a code by the carrier (or asked in its app), to show who they are.',
    description:
      "`ip` of older samples is not looked at. Of a person, nothing is kept before the certification. Asked for twice, two codes are sent. In live mode there is no channel for it: the providers' protocols are not public.",
    body: Type.Object({
      name: TextField({ maxLength: 80 }),
      phone: DigitsField({ digitsMax: 12 }),
      birth: DigitsField({ digitsMax: 8, description: 'YYMMDD; of eight digits the last six count.' }),
      gender_digit: TextField({
        maxLength: 1,
        description: 'Seventh digit of the resident number, 1 to 8: odd is male; 5 to 8 are foreigners.',
      }),
      carrier: ChoiceField(carriers),
      is_mvno: Type.Optional(BooleanField()),
      company: Type.Optional(TextField({ maxLength: 100, description: 'The service that the person is told of.' })),
      merchant_uid: Type.Optional(TextField({ maxLength: 40 })),
      channel_key: Type.Optional(TextField({ maxLength: 80 })),
      channelKey: Type.Optional(TextField({ maxLength: 80, description: 'Older spelling of channel_key.' })),
      pg: Type.Optional(TextField({ maxLength: 80, description: 'PROVIDER or PROVIDER.MID; older than channel_key.' })),
      verification_method: Type.Optional(
        ChoiceField(['SMS', 'APP'], { description: 'Default SMS; APP with kcp_v2 only.' }),
      ),
      bypass: Type.Optional(ObjectField({ description: 'kcp_v2 wants kcpV2.media_type, MC01 (PC) or MC02 (mobile).' })),
    }),
    response: CertificationRequestView,
    refusals: [
      'certification_channel_not_found',
      'certification_not_supported',
      'certification_person_not_found',
      'certification_refused',
      'certification_unreachable',
      'certification_in_doubt',
    ],
    authenticate: true,
    example: {
      body: { name: '홍길동', phone: '010-1234-5678', birth: '900101', gender_digit: '1', carrier: 'SKT' },
      response: { imp_uid: 'imp_000000000010' },
    },
    async handler({ body, merchant }) {
      const person = readPerson(body);
      const channel = await chooseChannel(services, merchant.id, {
        channelKey: body.channel_key || body.channelKey,
        pg: body.pg,
      });
      const { imp_uid } = await requestCertification(services, services.requestDeadline(), {
        channel,
        person,
        method: body.verification_method === 'APP' ? 'app' : 'sms',
        merchantUid: body.merchant_uid || null,
        company: body.company || null,
        bypass: body.bypass ?? {},
      });
      return { imp_uid };
    },
  });

  defineRoute(app, {
    method: 'POST',
    url: '/certifications/otp/confirm/:imp_uid',
    operationId: 'confirmOTP',
    tag: 'certifications',
    standIn,
    summary: 'Ends a certification with the code that the person was sent, or after their yes in the app.',
    params: ImpUid,
    body: Type.Object({
      otp: Type.Optional(TextField({ maxLength: 20, description: 'Left out when the person was asked in the app.' })),
    }),
    response: CertificationView,
    refusals: [
      'certification_not_found',
      'certification_done_before',
      'certification_code_wrong',
      'certification_over',
      'certification_not_confirmed_in_app',
      'certification_busy',
      'certification_refused',
      'certification_unreachable',
      'certification_in_doubt',
    ],
    authenticate: true,
    example: { body: { otp: '123456' } },
    async handler({ params, body, merchant }) {
      const deadline = services.requestDeadline();
      const code = body.otp?.trim() || null;
      return viewCertification(await confirmCertification(services, deadline, merchant.id, params.imp_uid, code));
    },
  });

  defineRoute(app, {
    method: 'GET',
    url: '/certifications/:imp_uid',
    operationId: 'getCertification',
    tag: 'certifications',
    standIn,
    summary: 'A certification; until it has come about, all that would be about the person is null.',
    params: ImpUid,
    response: CertificationView,
    refusals: ['certification_not_found'],
    authenticate: true,
    async handler({ params, merchant }) {
      return viewCertification(
        await findCertification(services, services.requestDeadline(), merchant.id, params.imp_uid),
      );
    },
  });

  defineRoute(app, {
    method: 'DELETE',
    url: '/certifications/:imp_uid',
    operationId: 'deleteCertification',
    tag: 'certifications',
    standIn,
    neverAnswers: { 500: 'a database that does not answer is told with 503' },
    summary: 'Deletes a certification for good, and answers it a last time.',
    params: ImpUid,
    response: CertificationView,
    refusals: ['certification_not_found'],
    authenticate: true,
    permission: 'settings',
    async handler({ params, merchant }) {
      return viewCertification(await forgetCertification(services, merchant.id, params.imp_uid));
    },
  });
}

/** The channel that is named, or the merchant's first for certifications. */
export async function chooseChannel(
  { channels }: Services,
  merchantId: bigint,
  choice: { readonly channelKey: string | undefined; readonly pg: string | undefined },
): Promise<Channel> {
  try {
    return await channels.choose(merchantId, { ...choice, type: 'certification' });
  } catch (error) {
    if (!(error instanceof Refusal) || error.errorCode !== 'channel_not_found') throw error;
    throw new Refusal('certification_channel_not_found', { channel: choice.channelKey ?? choice.pg ?? '' });
  }
}

interface PersonFields {
  readonly name: string;
  readonly phone: string;
  readonly birth: string;
  readonly gender_digit: string;
  readonly carrier: PersonToCertify['carrier'];
  readonly is_mvno?: boolean;
}

/** The seventh digit tells century, gender and nationality: 1, 2, 5 and 6 were born before 2000. */
function readPerson(fields: PersonFields): PersonToCertify {
  const name = fields.name.trim();
  if (name === '') throw new Refusal('parameter_missing', { name: 'name' });
  const phone = withoutSeparators(fields.phone);
  if (!/^01\d{8,9}$/.test(phone)) throw new Refusal('parameter_invalid', { name: 'phone', expected: '휴대폰번호' });
  const digit = fields.gender_digit.trim();
  if (!/^[1-8]$/.test(digit)) throw new Refusal('parameter_invalid', { name: 'gender_digit', expected: '1-8' });
  const century = '1256'.includes(digit) ? '19' : '20';
  const birth = withoutSeparators(fields.birth);
  const digits = `${century}${birth.slice(-6)}`;
  if (!/^(\d{6}|\d{8})$/.test(birth) || readSeoulDigits(digits) === undefined) {
    throw new Refusal('parameter_invalid', { name: 'birth', expected: 'YYMMDD' });
  }
  return {
    name,
    phone,
    birthday: `${digits.slice(0, 4)}-${digits.slice(4, 6)}-${digits.slice(6)}`,
    gender: Number(digit) % 2 === 1 ? 'male' : 'female',
    isForeigner: Number(digit) >= 5,
    carrier: fields.carrier,
    isBudgetCarrier: fields.is_mvno ?? false,
  };
}
