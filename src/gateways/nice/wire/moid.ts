/**
 * Under a contract of its own NICE takes the Moid of a partial cancel once, so that none is carried out twice. Without it every
 * cancel carries the Moid of the order that it is of, as public shops send it.
 */
export function hasMoidContract(credentials: Readonly<Record<string, string>>): boolean {
  return credentials.moidContract === 'unique';
}
