import { gatewayOf } from '../../gateways/registry.ts';
import type { CreateSimulator } from '../../simulators/simulator.ts';

export async function loadSimulator(provider: string): Promise<CreateSimulator> {
  const sandbox = await gatewayOf(provider)?.sandbox();
  if (!sandbox) throw new Error(`no gateway ${provider}`);
  return sandbox.simulator();
}
