import {
  capabilityOperations,
  type GatewayAnswer,
  type PayMethodAnswer,
  viewGateway,
} from '../api/views/capabilities.ts';
import type { GatewayModule } from '../gateways/module.ts';
import { gateways } from '../gateways/registry.ts';
import { bankName } from '../platform/codes/banks.ts';
import type { GatewaySandbox, SandboxNumber } from '../simulators/sandbox.ts';

type Operation = (typeof capabilityOperations)[number];

const marks: Readonly<Record<PayMethodAnswer['operations'][Operation], string>> = {
  supported: 'yes',
  unsupported: '–',
  undocumented: 'undocumented',
};

/** `docs/gateways.md`: what every registered gateway can do, as `GET /capabilities` answers it. */
export async function gatewaysDocument(modules: ReadonlyMap<string, GatewayModule> = gateways): Promise<string> {
  const sections = await Promise.all([...modules].map(([provider, module]) => sectionOf(provider, module)));
  return [intro, ...overview(modules), ...sections.flat()].join('\n');
}

const intro = `# Gateways

This page is generated from the code (\`npm run generate\`); \`GET /capabilities\` answers the same as JSON.

- **yes**: works as the gateway's public documents say. **–**: the gateway, or its pay method, does not offer it; the call
  is refused before anything is sent. **undocumented**: no public source shows the gateway's own protocol. Such a call is
  refused on a live channel; the sandbox has a [stand-in](../src/gateways/stand-in/README.md) for it.
- _Sandbox-tested_: the conformance suite runs against the gateway's simulator, over real HTTP, with every kind of fault.
  _Live-tested_: seen to work against the real gateway. Nothing is live-tested yet.
- \`pay_in_window\`: the buyer pays in the gateway's own window; in the sandbox in [the payment window](checkout.md), or without a browser by
  \`POST /sandbox/payments\`.
- \`approve_window\`: what the buyer has agreed on there is asked for at the gateway, with the token that the window left. It moves the money,
  exactly once. A gateway that has no public protocol for it is asked over the [stand-in](../src/gateways/stand-in/README.md); a sandbox needs both to
  open a window. No live channel opens windows.
- \`issue_key_in_window\`: the buyer registers a card there (\`customer_uid\` in the sandbox). A gateway without \`issue_key\` registers
  cards in this way only; one without \`revoke_key\` has no way to delete keys, which are then forgotten here only.
- _May stay in doubt_: when the answer to such a request is lost, neither an inquiry nor a safe repeat can tell whether it
  was carried out. The amount stays reserved until a person resolves it. \`partial_cancel\` is a cancel that leaves something.
- _Banks_: \`refund_bank\` and \`vbank_code\` take KFTC's three digits (\`GET /banks\`), or the gateway's own code, which stands in brackets below;
  payments and cancellations show KFTC's. The same two digits are another bank at another gateway (11: 농협 at KG INICIS, SC제일 at
  Kiwoom Pay), and a spreadsheet that drops the first zero of 011 makes such two digits. Any other code is refused.
- _Settings of a merchant in the simulator_: what merchants of this gateway differ in by contract. A simulator alone takes
  \`--set NAME=VALUE\`. For a merchant of the sandbox, \`PUT /_simulator/merchant-settings\` with \`{"mid": …, "settings": {NAME: VALUE}}\`
  at the simulator's address, which \`GET /sandbox/channels\` tells together with the MID.
`;

/** All gateways at a glance: the pay methods of each operation. */
function overview(modules: ReadonlyMap<string, GatewayModule>): string[] {
  const rows = [...modules].map(([provider, module]) => {
    const gateway = viewGateway(module.gateway);
    return [
      `[${provider}](#${provider})`,
      ...capabilityOperations.map((operation) => payMethodsOf(gateway, operation)),
      partialText(gateway),
      lookupTexts[gateway.lookup],
      ...[gateway.live_mode, gateway.sandbox_tested, gateway.live_tested].map(yesOrNo),
    ];
  });
  const head = [
    'gateway',
    ...capabilityOperations,
    'partial cancel',
    'lookup',
    'live mode',
    'sandbox-tested',
    'live-tested',
  ];
  const legend = 'The pay methods of each operation; those in _italics_ are undocumented.';
  return ['## Overview', '', legend, '', table(head, rows), ''];
}

function yesOrNo(value: boolean): string {
  return value ? 'yes' : 'no';
}

function payMethodsOf({ pay_methods }: GatewayAnswer, operation: Operation): string {
  const listed = pay_methods.flatMap(({ pay_method, operations }) => {
    const support = operations[operation];
    if (support === 'unsupported') return [];
    return support === 'undocumented' ? [`_${pay_method}_`] : [pay_method];
  });
  return listed.join(', ') || '–';
}

function partialText({ pay_methods }: GatewayAnswer): string {
  const listed = pay_methods.filter((limits) => offers(limits, 'cancel') && limits.partial_cancel);
  return listed.map(({ pay_method }) => pay_method).join(', ') || '–';
}

const lookupTexts: Readonly<Record<GatewayAnswer['lookup'], string>> = {
  by_order_id: 'by order id',
  by_transaction_id: 'by transaction id',
  none: 'none',
};

async function sectionOf(provider: string, { gateway, folder, sandbox }: GatewayModule): Promise<string[]> {
  const answer = viewGateway(gateway);
  const simulated = await sandbox();
  const { cards, refundAccounts } = simulated;
  return [
    `## ${provider}`,
    '',
    facts(answer, gateway.liveBaseUrl),
    '',
    ...(answer.pay_methods.length > 0 ? [operationTable(answer), '', limitTable(answer)] : ['It takes no payments.']),
    ...numbers('Sandbox cards', 'Every other number of 15 or 16 digits is approved.', cards),
    ...numbers('Sandbox refund accounts', 'Every other account takes the refund.', refundAccounts),
    ...settingTable(simulated),
    '',
    `Protocol, error table and what is inferred: [README](../src/gateways/${folder}/README.md).`,
    '',
  ];
}

function facts(gateway: GatewayAnswer, liveBaseUrl: string | undefined): string {
  const {
    vbank_codes: issuers,
    order_options: options,
    notice_senders: senders,
    external_receipts: receipts,
    certifications,
    escrow,
  } = gateway;
  return [
    `- Live mode: ${liveBaseUrl ? `\`${liveBaseUrl}\`` : 'none'}`,
    `- Sandbox-tested: ${yesOrNo(gateway.sandbox_tested)}. Live-tested: ${yesOrNo(gateway.live_tested)}.`,
    ...(gateway.pay_methods.length > 0
      ? [
          `- Currencies: ${gateway.currencies.join(', ')}`,
          `- Lookup of a payment: ${lookupTexts[gateway.lookup]}`,
          `- Longest cancel reason on the wire: ${gateway.reason_length_max} characters (a longer one is kept whole here)`,
        ]
      : []),
    ...(gateway.banks.length > 0
      ? [`- Banks, and what else means them here: ${gateway.banks.map(codesText).join(', ')}`]
      : []),
    ...(issuers ? [`- Banks that issue virtual accounts: ${issuers.map(bankText).join(', ')}`] : []),
    ...(options.length > 0 ? [`- An order may ask for: ${options.map((option) => `\`${option}\``).join(', ')}`] : []),
    ...(escrow ? [`- Escrow: ${escrowText(escrow)}`] : []),
    ...(certifications ? [`- Certifies persons: ${certificationText(certifications)}`] : []),
    ...(receipts ? [`- Cash receipts for cash that was taken elsewhere: ${externalReceiptText(receipts)}`] : []),
    ...(senders.length > 0 ? [`- Its notices come from: ${senders.map((sender) => `\`${sender}\``).join(', ')}`] : []),
    `- Sources: ${gateway.sources.join('; ')}`,
  ].join('\n');
}

function escrowText({ register, change, cancel, event }: NonNullable<GatewayAnswer['escrow']>): string {
  const listed = (fields: readonly string[]): string => fields.map((field) => `\`${field}\``).join(', ');
  const changed = change ? `to change it ${listed(change)}` : 'it can not be changed';
  const told = event ? `; \`${event}\` tells of changes` : '';
  return `a registration of shipping wants courier, invoice and ${listed(register)}, ${changed}; cancelled when ${cancel.join(', ')}${told}`;
}

function certificationText({
  by_request: byRequest,
  in_window: inWindow,
  methods,
}: NonNullable<GatewayAnswer['certifications']>): string {
  const offered = [
    ...(byRequest === 'unsupported' ? [] : [`by API (${methods.join(', ')}; ${byRequest})`]),
    ...(inWindow === 'unsupported' ? [] : [`in its window (${inWindow})`]),
  ];
  return offered.join(', ');
}

function externalReceiptText(receipts: NonNullable<GatewayAnswer['external_receipts']>): string {
  const { issue, revoke, required, identifier_types: types, plain_order_numbers: plain } = receipts;
  return [
    `issue ${marks[issue]}, revoke ${revoke === 'unsupported' ? 'no' : marks[revoke]}`,
    ...(required.length > 0 ? [`wants ${required.map((name) => `\`${name}\``).join(', ')}`] : []),
    ...(types ? [`takes ${types.join(', ')} only`] : []),
    ...(plain ? ['`merchant_uid` of letters and digits only'] : []),
  ].join('; ');
}

function codesText({ code, other_codes: others }: GatewayAnswer['banks'][number]): string {
  return others.length === 0 ? code : `${code} (${others.join(', ')})`;
}

function bankText(code: string): string {
  return `${code} ${bankName(code) ?? ''}`.trimEnd();
}

function operationTable({ pay_methods }: GatewayAnswer): string {
  return table(
    ['pay method', ...capabilityOperations],
    pay_methods.map(({ pay_method, operations }) => [
      pay_method,
      ...capabilityOperations.map((operation) => marks[operations[operation]]),
    ]),
  );
}

function limitTable({ pay_methods }: GatewayAnswer): string {
  return table(
    [
      'pay method',
      'partial cancel',
      'cancelled until',
      'closed (Seoul)',
      'refund account',
      'a later refund is shown',
      'receipt after a cancel',
      'may stay in doubt',
      'note',
    ],
    pay_methods.map((limits) => [
      limits.pay_method,
      ...(offers(limits, 'cancel')
        ? [
            partialCancelText(limits),
            windowText(limits),
            limits.closed_hours ? `${limits.closed_hours.from} to ${limits.closed_hours.until}` : '–',
            accountTexts[limits.refund_account],
            limits.accepted_refund === 'pending' ? 'when it has ended' : 'at once',
            receiptText(limits),
          ]
        : ['–', '–', '–', '–', '–', '–']),
      limits.undecidable.join(', ') || '–',
      noteText(limits),
    ]),
  );
}

function noteText({ note, without_instalments: atOnce }: PayMethodAnswer): string {
  return [note, atOnce.length > 0 && `No instalments: ${atOnce.join(', ')}.`].filter(Boolean).join(' ');
}

function partialCancelText({ partial_cancel, partial_cancels_max: most }: PayMethodAnswer): string {
  if (!partial_cancel) return 'full only';
  return most === null ? 'yes' : `yes, at most ${most} times`;
}

function offers({ operations }: PayMethodAnswer, operation: Operation): boolean {
  return operations[operation] !== 'unsupported';
}

function windowText({ cancel_window: { kind, length } }: PayMethodAnswer): string {
  switch (kind) {
    case 'unlimited':
      return 'no limit';
    case 'days':
    case 'months':
      return `${length} ${kind}`;
    case 'same_month':
      return "the end of the payment's month";
  }
}

const accountTexts: Readonly<Record<PayMethodAnswer['refund_account'], string>> = {
  none: 'not needed',
  optional: 'only in some cases',
  required: 'needed',
  required_with_tel: 'needed, with a telephone number',
};

function receiptText(limits: PayMethodAnswer): string {
  if (!offers(limits, 'issue_receipt')) return '–';
  return {
    revoked_by_gateway: 'the gateway revokes it',
    revoked_by_us: 'this server revokes it',
    left_alone: 'stays as it is',
  }[limits.receipt_on_cancel];
}

function settingTable({ settings, standaloneSettings = {} }: GatewaySandbox): string[] {
  if (!settings) return [];
  const rows = settings.map(({ name, values: [usual, ...others], meaning }) => [
    `\`${name}\``,
    meaning,
    `\`${usual}\``,
    others.map((value) => `\`${value}\``).join(', '),
    `\`${standaloneSettings[name] ?? usual}\``,
  ]);
  const head = ['setting', 'meaning', 'a merchant of the sandbox', 'others', 'a simulator alone'];
  return ['', '### Settings of a merchant in the simulator', '', table(head, rows)];
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
