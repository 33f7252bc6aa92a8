import type { FastifyRequest } from 'fastify';
import { gatewayName } from '../../../platform/codes/gateway-names.ts';
import { escapeHtml, htmlDocument } from '../../browser-files/html-document.ts';

export type ShopLanguage = 'ko' | 'en';

/** As the address says (`?lang=en`), or as the browser prefers of the two; Korean for whoever says nothing. */
export function languageOf({ query, headers }: FastifyRequest): ShopLanguage {
  const { lang } = query as Readonly<Record<string, unknown>>;
  if (lang === 'ko' || lang === 'en') return lang;
  const wanted = (headers['accept-language'] ?? '')
    .split(',')
    .map((each) => {
      const [name = '', ...parameters] = each.trim().toLowerCase().split(';');
      const quality = parameters.map((parameter) => /^\s*q=([\d.]+)/.exec(parameter)?.[1]).find(Boolean);
      return { name: name.split('-', 1)[0], quality: quality === undefined ? 1 : Number(quality) };
    })
    .filter(({ name, quality }) => quality > 0 && (name === 'ko' || name === 'en'))
    .sort((a, b) => b.quality - a.quality);
  return wanted[0]?.name === 'en' ? 'en' : 'ko';
}

const texts = {
  ko: { title: '환불상점: 결제 시험', withoutScript: '이 상점을 쓰려면 자바스크립트를 켜 주세요.' },
  en: { title: 'Hwanbul shop: try a payment', withoutScript: 'This shop needs JavaScript.' },
} as const;

/** The demo shop. Its script and that of the payment window stand in its head, as in the head of any other shop's page. */
export function shopShell(language: ShopLanguage, providers: readonly string[]): string {
  const { title, withoutScript } = texts[language];
  const names = Object.fromEntries(providers.map((provider) => [provider, gatewayName(provider)[language]]));
  return htmlDocument({
    language,
    title,
    head: [
      '<link rel="stylesheet" href="/shop/assets/shop.css">',
      '<script src="/v1/iamport.js" defer></script>',
      '<script src="/shop/assets/shop.js" defer></script>',
    ],
    body: [
      `<div id="shop" data-gateways="${escapeHtml(JSON.stringify(names))}"></div>`,
      `<noscript>${withoutScript}</noscript>`,
    ],
  });
}
