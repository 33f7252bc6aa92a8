import { defineWords } from '../language/words.ts';

export const sandboxWords = defineWords({
  ko: {
    title: '샌드박스 도구',
    lead: '구매자, 은행, 결제사의 역할을 대신해 봅니다. 실제 돈은 움직이지 않습니다.',
    shop: '데모 상점 열기',
    docs: 'API 문서 열기',
  },
  en: {
    title: 'Sandbox tools',
    lead: 'Stand in for the buyer, the bank and the gateways. No real money moves.',
    shop: 'Open the demo shop',
    docs: "Open the API's description",
  },
});
