/** i'mport's words for Naver Pay's orders, as its schema lists them. */

/** With what stands in the history of the payment, which people read. */
export const cancelReasons = {
  SOLD_OUT: '상품 품절',
  DELAYED_DELIVERY: '배송 지연',
  PRODUCT_UNSATISFIED: '서비스 및 상품 불만족',
  INTENT_CHANGED: '구매 의사 취소',
  COLOR_AND_SIZE: '색상 및 사이즈 변경',
  WRONG_ORDER: '다른 상품 잘못 주문',
  INCORRECT_INFO: '상품 정보 상이',
} as const;

export const returnReasons = [
  'INTENT_CHANGED',
  'COLOR_AND_SIZE',
  'WRONG_ORDER',
  'PRODUCT_UNSATISFIED',
  'DELAYED_DELIVERY',
  'SOLD_OUT',
  'DROPPED_DELIVERY',
  'BROKEN',
  'INCORRECT_INFO',
  'WRONG_DELIVERY',
  'WRONG_OPTION',
] as const;

export const withholdReasons = [
  'RETURN_DELIVERYFEE',
  'EXTRAFEEE',
  'RETURN_DELIVERYFEE_AND_EXTRAFEEE',
  'RETURN_PRODUCT_NOT_DELIVERED',
  'ETC',
] as const;

export const deliveryMethods = [
  'DELIVERY',
  'GDFW_ISSUE_SVC',
  'VISIT_RECEIPT',
  'DIRECT_DELIVERY',
  'QUICK_SVC',
  'NOTHING',
] as const;

export const returnDeliveryMethods = ['RETURN_DESIGNATED', 'RETURN_DELIVERY', 'RETURN_INDIVIDUAL'] as const;

export const deliveryCompanies = [
  'CJGLS',
  'KGB',
  'DONGBU',
  'EPOST',
  'REGISTPOST',
  'HANJIN',
  'HYUNDAI',
  'KGBLS',
  'INNOGIS',
  'DAESIN',
  'ILYANG',
  'KDEXP',
  'CHUNIL',
  'CH1',
  'HDEXP',
  'CVSNET',
  'DHL',
  'FEDEX',
  'GSMNTON',
  'WARPEX',
  'WIZWA',
  'EMS',
  'DHLDE',
  'ACIEXPRESS',
  'EZUSA',
  'PANTOS',
  'UPS',
  'HLCGLOBAL',
  'KOREXG',
  'TNT',
  'SWGEXP',
  'DAEWOON',
  'USPS',
  'IPARCEL',
  'KUNYOUNG',
  'HPL',
  'DADREAM',
  'SLX',
  'SFEXPRESS',
  'HONAM',
] as const;

/** The word that was meant; for none, and for any other, the default, as i'mport's schema has it. */
export function wordOr<Word extends string>(
  words: Readonly<Record<Word, string>>,
  given: string | undefined,
  otherwise: Word,
): Word {
  return given !== undefined && Object.hasOwn(words, given) ? (given as Word) : otherwise;
}
