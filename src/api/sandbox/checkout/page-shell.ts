/** The document that the payment window's page draws itself into. It needs no script of its own: its token stands in its address. */
export function pageShell({ language, title }: { readonly language: 'ko' | 'en'; readonly title: string }): string {
  const withoutScript =
    language === 'ko' ? '결제창을 쓰려면 자바스크립트를 켜 주세요.' : 'The payment window needs JavaScript.';
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<meta name="format-detection" content="telephone=no">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="assets/page.css">
<script src="assets/page.js" defer></script>
</head>
<body>
<div id="window"></div>
<noscript>${withoutScript}</noscript>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
