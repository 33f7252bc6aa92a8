/**
 * i'mport's codes of couriers, the same for all gateways; those of its older manual, which clients still send, are taken as
 * well. Anything else is another courier (`ETC`), and no error.
 */
const couriers: ReadonlySet<string> = new Set(
  (
    'HYUNDAI HANARO SAGAWA KGB YELLOWCAP DONGBU EPOST CJGLS HANJIN DAESIN ETC ' +
    'REGISTPOST CHUNIL ILYANG CVSNET KDEXP HONAM HDEXP LOGEN KOREX'
  ).split(' '),
);

export function courierMeant(code: string): string {
  return couriers.has(code) ? code : 'ETC';
}
