import { htmlDocument } from '../browser-files/html-document.ts';

/**
 * The document that the console draws itself into; it is the same for everybody. The style sheet's id is one that React Aria looks for before it
 * would write a style of its own into the document, which the policy forbids; our sheet has that rule.
 */
export function consoleDocument({
  script,
  parts,
  sheet,
}: {
  readonly script: string;
  /** What the script imports at once. */
  readonly parts: readonly string[];
  readonly sheet: string;
}): string {
  return htmlDocument({
    language: 'ko',
    title: '환불 콘솔',
    head: [
      '<meta name="referrer" content="no-referrer">',
      `<link rel="stylesheet" id="react-aria-pressable-style" href="/console/assets/${sheet}">`,
      ...parts.map((part) => `<link rel="modulepreload" href="/console/assets/${part}">`),
      `<script type="module" src="/console/assets/${script}"></script>`,
    ],
    body: [
      '<div id="console"></div>',
      '<noscript>콘솔을 쓰려면 자바스크립트를 켜 주세요. <span lang="en">The console needs JavaScript.</span></noscript>',
    ],
  });
}
