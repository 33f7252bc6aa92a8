import type { Capabilities, PayMethodCapabilities, Support } from '../gateways/capabilities.ts';
import { gatewayOperations, type PayMethod } from '../gateways/gateway.ts';
import { gateways, type SandboxNumber } from '../gateways/registry.ts';

const columns = ['pay_in_window', ...gatewayOperations] as const;
const marks: Readonly<Record<Support, string>> = { supported: 'yes', unsupported: '–', undocumented: 'undocumented' };

/** `docs/gateways.md`: what every registered gateway can do, from its own capabilities. */
export function gatewaysDocument(): string {
  const sections = [...gateways.entries()].map(([provider, { gateway, sandboxCards, sandboxRefundAccounts }]) => [
    `## ${provider}`,
    '',
    facts(gateway.capabilities, gateway.liveBaseUrl),
    '',
    operationTable(gateway.capabilities),
    '',
    limitTable(gateway.capabilities),
    ...numbers('Sandbox cards', 'Every other number of 15 or 16 digits is approved.', sandboxCards),
    ...numbers('Sandbox refund accounts', 'Every other account takes the refund.', sandboxRefundAccounts),
    '',
    `Protocol, error table and what is inferred: [README](../src/gateways/${provider}/README.md).`,
    '',
  ]);
  return [intro, ...sections.flat()].join('\n');
}

const intro = `# Gateways

This page is generated from the code (\`npm run generate\`).

- **yes**: works as the gateway's public documents say. **–**: the gateway, or its pay method, does not offer it; the call
  is refused before anything is sent. **undocumented**: no public source shows the gateway's own protocol. Such a call is
  refused on a live channel; the sandbox has a stand-in, and the folder's README says so.
- _Sandbox-tested_: the conformance suite runs against the gateway's simulator, over real HTTP, with every kind of fault.
  _Live-tested_: seen to work against the real gateway. Nothing is live-tested yet.
- \`pay_in_window\`: the buyer pays in the gateway's own window; in the sandbox \`POST /sandbox/payments\` stands for it.
`;

function facts(capabilities: Capabilities, liveBaseUrl: string | undefined): string {
  return [
    `- Live mode: ${liveBaseUrl ? `\`${liveBaseUrl}\`` : 'none'}`,
    `- Sandbox-tested: ${capabilities.sandboxTested ? 'yes' : 'no'}. Live-tested: ${capabilities.liveTested ? 'yes' : 'no'}.`,
    `- Currencies: ${capabilities.currencies.join(', ')}`,
    `- Longest cancel reason on the wire: ${capabilities.reasonLengthMax} characters (a longer one is kept whole here)`,
    `- Sources: ${capabilities.sources.join('; ')}`,
  ].join('\n');
}

function operationTable({ payMethods }: Capabilities): string {
  return table(
    ['pay method', ...columns],
    rowsOf(payMethods).map(([payMethod, { operations }]) => [
      payMethod,
      ...columns.map((column) => marks[operations[column] ?? 'unsupported']),
    ]),
  );
}

function limitTable({ payMethods }: Capabilities): string {
  return table(
    ['pay method', 'partial cancel', 'cancelled until', 'refund account', 'receipt after a cancel', 'note'],
    rowsOf(payMethods).map(([payMethod, limits]) =>
      limits.operations.cancel
        ? [
            payMethod,
            limits.partialCancel ? 'yes' : 'full only',
            windowText(limits),
            accountTexts[limits.refundAccount],
            receiptText(limits),
            noteText(limits),
          ]
        : [payMethod, '–', '–', '–', '–', noteText(limits)],
    ),
  );
}

function rowsOf(payMethods: Capabilities['payMethods']): [PayMethod, PayMethodCapabilities][] {
  return Object.entries(payMethods) as [PayMethod, PayMethodCapabilities][];
}

function windowText({ cancelWindow }: PayMethodCapabilities): string {
  switch (cancelWindow.kind) {
    case 'unlimited':
      return 'no limit';
    case 'days':
      return `${cancelWindow.days} days`;
    case 'same_month':
      return "the end of the payment's month";
  }
}

const accountTexts: Readonly<Record<PayMethodCapabilities['refundAccount'], string>> = {
  none: 'not needed',
  required: 'needed',
  required_with_tel: 'needed, with a telephone number',
};

function receiptText({ operations, receiptOnCancel }: PayMethodCapabilities): string {
  if (!operations.issue_receipt) return '–';
  return {
    revoked_by_gateway: 'the gateway revokes it',
    revoked_by_us: 'this server revokes it',
    left_alone: 'stays as it is',
  }[receiptOnCancel];
}

function noteText({ note, undecidable }: PayMethodCapabilities): string {
  const open = undecidable?.length ? `A lost answer stays open for a person: ${undecidable.join(', ')}.` : '';
  return [note ?? '', open].filter((part) => part !== '').join(' ');
}

function numbers(title: string, rest: string, listed: readonly SandboxNumber[] | undefined): string[] {
  if (!listed) return [];
  const rows = listed.map(({ number, code, meaning }) => [`\`${number}\``, meaning, `\`${code}\``]);
  return ['', `### ${title}`, '', rest, '', table(['number', 'meaning', 'refused with'], rows)];
}

/** Columns of equal width, as the formatter of this project wants a Markdown table. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows].map((cells) => cells.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, column) => Math.max(3, ...lines.map((cells) => cells[column]?.length ?? 0)));
  const [first, ...others] = lines.map(
    (cells) => `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`,
  );
  return [first, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...others].join('\n');
}
