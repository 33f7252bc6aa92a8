/** What stands on the overlay, in the two languages of the window. */
const words = {
  ko: {
    title: '결제창',
    certification: '본인인증',
    close: '닫기',
    opening: '결제창을 여는 중입니다.',
    inPopup: '새 창에서 진행해 주세요. 끝나면 이 화면으로 돌아옵니다.',
    showPopup: '새 창 보기',
    blocked: '팝업차단을 해제해주셔야 결제창이 나타납니다.',
    openPopup: '결제창 열기',
    checking: '결과를 확인하고 있습니다. 다시 결제하지 마세요.',
  },
  en: {
    title: 'Payment',
    certification: 'Identity verification',
    close: 'Close',
    opening: 'Opening the payment window.',
    inPopup: 'Please go on in the new window. You come back here when it is done.',
    showPopup: 'Show the window',
    blocked: 'Your browser has blocked the payment window.',
    openPopup: 'Open the window',
    checking: 'We are checking the outcome. Please do not pay again.',
  },
};

export type Words = typeof words.ko;

/** Korean for whoever names no other language. */
export function wordsFor(language: unknown): Words {
  return typeof language === 'string' && !/^ko/i.test(language) ? words.en : words.ko;
}
