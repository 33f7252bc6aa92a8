import type { Gateway } from '../port/gateway.ts';
import type { GatewaySandbox } from '../simulators/sandbox.ts';

/** What a gateway's folder hands over. Adding a gateway is one folder, and one line in modules.ts. */
export interface GatewayModule {
  readonly gateway: Gateway;
  /** The folder's name below src/gateways: where the protocol is explained. */
  readonly folder: string;
  /** Loaded when it is asked for: live mode has no sandbox in its process. */
  sandbox(): Promise<GatewaySandbox>;
}
