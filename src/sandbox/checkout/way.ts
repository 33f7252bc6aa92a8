import type { CheckoutWay } from '../../core/records/checkout.ts';
import type { PayMethod } from '../../port/payment.ts';

export interface WindowAsked {
  readonly provider: string;
  readonly payMethod: PayMethod;
  readonly isMobile: boolean;
  readonly issuesKey: boolean;
  readonly hasRedirectUrl: boolean;
  /** `popup` of the request, where it says so. */
  readonly popup: boolean | undefined;
  readonly naverPopupMode: boolean | undefined;
}

/** As the real window tells: by the name of the device alone. */
export function isMobile(userAgent: string | undefined): boolean {
  return /iPhone|iPad|iPod|Android|Mobile/.test(userAgent ?? '');
}

/** On a PC these open a window beside the page. */
const popups = new Set(['payco', 'settle', 'tosspay', 'smartro', 'daou', 'kcp_quick']);

/**
 * How i'mport shows the window of a gateway: in the page on a PC, and by leaving the page on a mobile device, but for the exceptions that
 * its documents and its wrappers know.
 */
export function wayOf(asked: WindowAsked): CheckoutWay {
  return asked.isMobile ? onMobile(asked) : onPc(asked);
}

function onMobile({ provider, payMethod, issuesKey }: WindowAsked): CheckoutWay {
  const staysInPage =
    provider === 'danal_tpay' ||
    provider === 'danal' ||
    provider === 'payco' ||
    provider === 'bluewalnut' ||
    provider === 'smilepay' ||
    (provider === 'mobilians' && payMethod === 'phone') ||
    (provider === 'settle' && payMethod === 'trans') ||
    (provider.includes('inicis') && issuesKey);
  return staysInPage ? 'iframe' : 'redirect';
}

function onPc({ provider, popup, naverPopupMode, hasRedirectUrl }: WindowAsked): CheckoutWay {
  // Without an address to come back to, a page that was left would be lost.
  const leaving: CheckoutWay = hasRedirectUrl ? 'redirect' : 'popup';
  if (popups.has(provider)) return 'popup';
  switch (provider) {
    case 'eximbay':
      return popup === false ? leaving : 'popup';
    case 'paypal':
      return popup === true ? 'popup' : leaving;
    case 'naverpay':
      return naverPopupMode === true ? 'popup' : leaving;
    case 'naverco':
      return leaving;
    default:
      return 'iframe';
  }
}
