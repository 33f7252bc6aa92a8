import type { GatewayModule } from '../gateways/module.ts';
import { gateways } from '../gateways/registry.ts';
import { bankName } from '../platform/codes/banks.ts';
import type { Capabilities, PayMethodCapabilities, Support } from '../port/capabilities.ts';
import { gatewayOperations } from '../port/operations.ts';
import type { PayMethod } from '../port/payment.ts';
import type { SandboxNumber } from '../simulators/sandbox.ts';

const columns = ['pay_in_window', ...gatewayOperations] as const;
const marks: Readonly<Record<Support, string>> = { supported: 'yes', unsupported: '–', undocumented: 'undocumented' };

/** `docs/gateways.md`: what every registered gateway can do, from its own capabilities. */
export function gatewaysDocument(modules: ReadonlyMap<string, GatewayModule> = gateways): string {
  const sections = [...modules].flatMap(([provider, module]) => sectionOf(provider, module));
  return [intro, ...overview(modules), ...sections].join('\n');
}

const intro = `# Gateways

This page is generated from the code (\`npm run generate\`); \`GET /capabilities\` answers the same as JSON.

- **yes**: works as the gateway's public documents say. **–**: the gateway, or its pay method, does not offer it; the call
  is refused before anything is sent. **undocumented**: no public source shows the gateway's own protocol. Such a call is
  refused on a live channel; the sandbox has a [stand-in](../src/gateways/stand-in/README.md) for it.
- _Sandbox-tested_: the conformance suite runs against the gateway's simulator, over real HTTP, with every kind of fault.
  _Live-tested_: seen to work against the real gateway. Nothing is live-tested yet.
- \`pay_in_window\`: the buyer pays in the gateway's own window; in the sandbox \`POST /sandbox/payments\` stands for it.
- _May stay in doubt_: when the answer to such a request is lost, neither an inquiry nor a safe repeat can tell whether it
  was carried out. The amount stays reserved until a person resolves it. \`partial_cancel\` is a cancel that leaves something.
`;

/** All gateways at a glance: the pay methods of each operation. */
function overview(modules: ReadonlyMap<string, GatewayModule>): string[] {
  const rows = [...modules].map(([provider, { gateway }]) => [
    `[${provider}](#${provider})`,
    ...columns.map((column) => payMethodsOf(gateway.capabilities, column)),
    partialText(gateway.capabilities),
    lookupTexts[gateway.capabilities.lookup],
    gateway.liveBaseUrl ? 'yes' : 'no',
    gateway.capabilities.sandboxTested ? 'yes' : 'no',
    gateway.capabilities.liveTested ? 'yes' : 'no',
  ]);
  const head = ['gateway', ...columns, 'partial cancel', 'lookup', 'live mode', 'sandbox-tested', 'live-tested'];
  const legend = 'The pay methods of each operation; those in _italics_ are undocumented.';
  return ['## Overview', '', legend, '', table(head, rows), ''];
}

function payMethodsOf({ payMethods }: Capabilities, operation: (typeof columns)[number]): string {
  const listed = rowsOf(payMethods).flatMap(([payMethod, { operations }]) => {
    const support = operations[operation] ?? 'unsupported';
    if (support === 'unsupported') return [];
    return support === 'undocumented' ? [`_${payMethod}_`] : [payMethod];
  });
  return listed.join(', ') || '–';
}

function partialText({ payMethods }: Capabilities): string {
  const listed = rowsOf(payMethods).filter(([, limits]) => offers(limits, 'cancel') && limits.partialCancel);
  return listed.map(([payMethod]) => payMethod).join(', ') || '–';
}

const lookupTexts: Readonly<Record<Capabilities['lookup'], string>> = {
  by_order_id: 'by order id',
  by_transaction_id: 'by transaction id',
  none: 'none',
};

function sectionOf(provider: string, module: GatewayModule): string[] {
  const { gateway, folder, sandboxCards, sandboxRefundAccounts } = module;
  return [
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
    `Protocol, error table and what is inferred: [README](../src/gateways/${folder}/README.md).`,
    '',
  ];
}

function facts(capabilities: Capabilities, liveBaseUrl: string | undefined): string {
  const { virtualAccountBanks, noticeSenders } = capabilities;
  return [
    `- Live mode: ${liveBaseUrl ? `\`${liveBaseUrl}\`` : 'none'}`,
    `- Sandbox-tested: ${capabilities.sandboxTested ? 'yes' : 'no'}. Live-tested: ${capabilities.liveTested ? 'yes' : 'no'}.`,
    `- Currencies: ${capabilities.currencies.join(', ')}`,
    `- Lookup of a payment: ${lookupTexts[capabilities.lookup]}`,
    `- Longest cancel reason on the wire: ${capabilities.reasonLengthMax} characters (a longer one is kept whole here)`,
    ...(virtualAccountBanks
      ? [`- Banks that issue virtual accounts: ${virtualAccountBanks.map(bankText).join(', ')}`]
      : []),
    ...(noticeSenders ? [`- Its notices come from: ${noticeSenders.map((sender) => `\`${sender}\``).join(', ')}`] : []),
    `- Sources: ${capabilities.sources.join('; ')}`,
  ].join('\n');
}

function bankText(code: string): string {
  return `${code} ${bankName(code) ?? ''}`.trimEnd();
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
    [
      'pay method',
      'partial cancel',
      'cancelled until',
      'closed (Seoul)',
      'refund account',
      'receipt after a cancel',
      'may stay in doubt',
      'note',
    ],
    rowsOf(payMethods).map(([payMethod, limits]) => [
      payMethod,
      ...(offers(limits, 'cancel')
        ? [
            partialCancelText(limits),
            windowText(limits),
            limits.closedHours ? `${limits.closedHours.from} to ${limits.closedHours.until}` : '–',
            accountTexts[limits.refundAccount],
            receiptText(limits),
          ]
        : ['–', '–', '–', '–', '–']),
      limits.undecidable?.join(', ') || '–',
      limits.note ?? '',
    ]),
  );
}

function partialCancelText({ partialCancel, partialCancelsMax }: PayMethodCapabilities): string {
  if (!partialCancel) return 'full only';
  return partialCancelsMax === undefined ? 'yes' : `yes, at most ${partialCancelsMax} times`;
}

function rowsOf(payMethods: Capabilities['payMethods']): [PayMethod, PayMethodCapabilities][] {
  return Object.entries(payMethods) as [PayMethod, PayMethodCapabilities][];
}

function offers({ operations }: PayMethodCapabilities, operation: (typeof columns)[number]): boolean {
  return (operations[operation] ?? 'unsupported') !== 'unsupported';
}

function windowText({ cancelWindow }: PayMethodCapabilities): string {
  switch (cancelWindow.kind) {
    case 'unlimited':
      return 'no limit';
    case 'days':
      return `${cancelWindow.days} days`;
    case 'months':
      return `${cancelWindow.months} months`;
    case 'same_month':
      return "the end of the payment's month";
  }
}

const accountTexts: Readonly<Record<PayMethodCapabilities['refundAccount'], string>> = {
  none: 'not needed',
  optional: 'only in some cases',
  required: 'needed',
  required_with_tel: 'needed, with a telephone number',
};

function receiptText(limits: PayMethodCapabilities): string {
  if (!offers(limits, 'issue_receipt')) return '–';
  return {
    revoked_by_gateway: 'the gateway revokes it',
    revoked_by_us: 'this server revokes it',
    left_alone: 'stays as it is',
  }[limits.receiptOnCancel];
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
