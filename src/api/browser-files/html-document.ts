/** A page around what its script draws. `title` is text; `head` and `body` are HTML. */
export function htmlDocument({
  language,
  title,
  head,
  body,
}: {
  readonly language: 'ko' | 'en';
  readonly title: string;
  readonly head: readonly string[];
  readonly body: readonly string[];
}): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<meta name="format-detection" content="telephone=no">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
${head.join('\n')}
</head>
<body>
${body.join('\n')}
</body>
</html>
`;
}

export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
