import { escapeHtml, htmlDocument } from '../../browser-files/html-document.ts';

/** The document that the payment window's page draws itself into. It needs no script of its own: its token stands in its address. */
export function pageShell({ language, title }: { readonly language: 'ko' | 'en'; readonly title: string }): string {
  const withoutScript =
    language === 'ko' ? '결제창을 쓰려면 자바스크립트를 켜 주세요.' : 'The payment window needs JavaScript.';
  return htmlDocument({
    language,
    title,
    head: [
      '<meta name="referrer" content="no-referrer">',
      '<link rel="stylesheet" href="assets/page.css">',
      '<script src="assets/page.js" defer></script>',
    ],
    body: ['<div id="window"></div>', `<noscript>${withoutScript}</noscript>`],
  });
}

/** Where no window is, or none any more. */
export function lostPage(): string {
  return plainPage(
    '결제창이 없습니다',
    '존재하지 않거나 만료된 결제창입니다.',
    'This payment window does not exist, or no longer.',
  );
}

/** Where a buyer ends up whose shop gave no address to come back to. */
export function landingPage(
  landing: 'success' | 'fail',
  { impUid, message }: { readonly impUid: string; readonly message: string },
): string {
  const title = landing === 'success' ? '결제가 완료되었습니다' : '결제에 실패하였습니다';
  const english = landing === 'success' ? 'The payment is complete.' : 'The payment has failed.';
  const text = [message, impUid && `imp_uid ${impUid}`].filter(Boolean).join(' · ');
  return plainPage(title, text || '쇼핑몰로 돌아가 주세요.', english);
}

function plainPage(title: string, text: string, english: string): string {
  return htmlDocument({
    language: 'ko',
    title,
    head: ['<link rel="stylesheet" href="/checkout/assets/page.css">'],
    body: [
      `<main class="plain"><h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p><p lang="en">${escapeHtml(english)}</p></main>`,
    ],
  });
}
