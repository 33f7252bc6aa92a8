import { type ErrorEntry, errorRegistry } from '../platform/errors/registry.ts';
import { refusalCategories } from '../port/outcome.ts';

const introduction = `# Refusals

Every refusal of the server, made from \`src/platform/errors/registry.ts\` by \`npm run generate\`.

The body of a refusal is \`{"code", "message", "response": null}\`, as the real server sends it. \`code\` is i'mport's own number
and says little: 1 or -1. The stable name in the first column goes out in the header \`X-Hwanbul-Error\`; program against that one. Its
meaning goes out in \`X-Hwanbul-Meaning\`, for whoever reads no Korean.
A name in braces is filled in when the refusal is sent. Messages marked with * are those that the real server is known to send
word for word; all others are worded by this project.

Many refusals have HTTP status 200: so does the real server for business failures.

| Error | HTTP | code | Message | Meaning |
|---|---|---|---|---|
`;

const categories = `
## Why a gateway refused

The message of such a refusal is the gateway's own text, which differs from gateway to gateway. Why it refused goes out in the header
\`X-Hwanbul-Refusal\` (and as \`gateway_category\` of \`GET /cancellations\`), in one of these words for all of them. Which code of a
gateway stands for which word is in the README of its folder below \`src/gateways\`.

| Word | Meaning |
|---|---|
`;

/** The text of `docs/errors.md`. */
export function errorsDocument(): string {
  const rows = Object.entries(errorRegistry).map(row).join('');
  const words = Object.entries(refusalCategories).map(([word, meaning]) => `| ${word} | ${cell(meaning)} |\n`);
  return introduction + rows + categories + words.join('');
}

function row([name, entry]: [string, ErrorEntry]): string {
  const message = `${cell(entry.message)}${entry.quoted ? ' *' : ''}`;
  return `| \`${name}\` | ${entry.status} | ${entry.code} | ${message} | ${cell(entry.meaning)} |\n`;
}

function cell(text: string): string {
  return text.replace(/[|*_<>\\]/g, (mark) => `\\${mark}`);
}
