/**
 * The providers of identity verification that i'mport has, and in what they differ. Source: i'mport's documentation of
 * certifications; that `kcp_v2` tells as much of a person as `danal` is inferred.
 */
export const identityProviders = {
  danal: { byRequest: true, inWindow: true, methods: ['sms'], tells: 'all' },
  kcp_v2: { byRequest: true, inWindow: true, methods: ['sms', 'app'], tells: 'all' },
  /** Neither gender, nor carrier, nor nationality, and no DI. */
  inicis_unified: { byRequest: false, inWindow: true, methods: [], tells: 'identity_only' },
} as const satisfies Readonly<
  Record<
    string,
    {
      readonly byRequest: boolean;
      readonly inWindow: boolean;
      readonly methods: readonly ('sms' | 'app')[];
      readonly tells: 'all' | 'identity_only';
    }
  >
>;
export type IdentityProvider = keyof typeof identityProviders;
