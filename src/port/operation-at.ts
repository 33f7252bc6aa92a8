import type { Gateway } from './gateway.ts';
import type { GatewayOperation, OperationAt, OperationsAt, Question } from './operations.ts';

/** The operations of an adapter that still hands them over as methods, and one inquiry for all of them. */
function operationByMethods<K extends GatewayOperation>(gateway: Gateway, name: K): OperationAt<K> | undefined {
  const inquire = (call: Parameters<NonNullable<Gateway['inquire']>>[0], question: Question) =>
    (gateway.inquire?.(call, question) ?? Promise.reject(new Error('no inquiry'))) as Promise<never>;
  const { approveByKey, issueVirtualAccount, revokeVirtualAccount, issueBarcode } = gateway;
  const { revokeBarcode, issueReceipt, revokeReceipt, cancel } = gateway;
  const operations: OperationsAt = {
    ...(approveByKey && {
      approve: { send: approveByKey, inquire: (call, payment) => inquire(call, { operation: 'approve', payment }) },
    }),
    ...(issueVirtualAccount && {
      issue_vbank: {
        send: issueVirtualAccount,
        inquire: (call, payment) => inquire(call, { operation: 'issue_vbank', payment }),
      },
    }),
    ...(issueBarcode && {
      issue_barcode: {
        send: issueBarcode,
        inquire: (call, payment) => inquire(call, { operation: 'issue_barcode', payment }),
      },
    }),
    ...(revokeVirtualAccount && {
      revoke_vbank: {
        send: revokeVirtualAccount,
        inquire: (call, request, sentAt) => inquire(call, { operation: 'revoke_vbank', request, sentAt }),
      },
    }),
    ...(revokeBarcode && {
      revoke_barcode: {
        send: revokeBarcode,
        inquire: (call, request, sentAt) => inquire(call, { operation: 'revoke_barcode', request, sentAt }),
      },
    }),
    ...(issueReceipt && {
      issue_receipt: {
        send: issueReceipt,
        inquire: (call, request, sentAt) => inquire(call, { operation: 'issue_receipt', request, sentAt }),
      },
    }),
    ...(revokeReceipt && {
      revoke_receipt: {
        send: revokeReceipt,
        inquire: (call, request, sentAt) => inquire(call, { operation: 'revoke_receipt', request, sentAt }),
      },
    }),
    ...(cancel && {
      cancel: {
        send: cancel,
        inquire: (call, request, sentAt) => inquire(call, { operation: 'cancel', request, sentAt }),
      },
    }),
  };
  return operations[name];
}

/** How a gateway does an operation that its capabilities list. */
export function operationAt<K extends GatewayOperation>(gateway: Gateway, name: K): OperationAt<K> {
  const operation: OperationAt<K> | undefined = gateway.operations?.[name] ?? operationByMethods(gateway, name);
  if (!operation) throw new Error(`the adapter ${gateway.provider} does not have ${name}`);
  return operation;
}
