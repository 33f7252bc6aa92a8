import { h } from '../element.ts';
import type { Certification, CheckoutWindow } from '../protocol.ts';
import { checkField, inputField, radioField } from './fields.ts';
import type { FormParts } from './form.ts';
import { carrierField, digitsOf, phoneField } from './payment-form.ts';
import type { Text } from './text.ts';

const noPerson = { name: null, phone: null, carrier: null, birthday: null, min_age: null, otp: '000000' };

/** Who the buyer says they are. The sandbox vouches for whatever is entered here. */
export function certificationForm(shown: CheckoutWindow, text: Text): FormParts<Certification> {
  const { words: w } = text;
  const person = shown.certification ?? noPerson;
  const required = (label: string) => (value: string) => (value ? null : w.fill(label));
  const name = inputField({ label: w.name }, { value: person.name, maxlength: 40 }, required(w.name));
  const birthday = inputField(
    { label: w.birthday, hint: person.min_age ? w.minAge(person.min_age) : undefined },
    { type: 'date', value: person.birthday, min: '1900-01-01' },
    required(w.birthday),
  );
  const genders = [
    { value: 'male', text: w.male },
    { value: 'female', text: w.female },
  ];
  const gender = radioField({ label: w.gender }, genders, null, w.pick(w.gender));
  const carrier = carrierField(shown.carriers ?? [], person.carrier, text);
  const phone = phoneField(person.phone, text);
  const otp = inputField(
    { label: w.otp, hint: w.otpHint(person.otp) },
    { inputmode: 'numeric', maxlength: 10 },
    required(w.otp),
  );
  const agreed = checkField(w.agreedCertification, w.agreeFirst);
  const fields = [name, birthday, gender, carrier, phone, otp, agreed];
  return {
    fields,
    elements: fields.map(({ element }) => element),
    submit: w.certify,
    after: h('p', { class: 'hint' }, w.noCertification),
    read: () => ({
      name: name.control.value.trim(),
      birthday: birthday.control.value,
      gender: gender.value() ?? '',
      carrier: carrier.value() ?? '',
      phone: digitsOf(phone.control.value),
      otp: otp.control.value.trim(),
    }),
  };
}
