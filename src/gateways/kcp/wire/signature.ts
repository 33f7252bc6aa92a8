/** The text that is signed: `site_cd^tno^mod_type` of a cancellation, `site_cd^tno^pay_type` of an inquiry. */
export function signedText(mid: string, tno: string, type: string): string {
  return `${mid}^${tno}^${type}`;
}

/** The certificate as KCP wants it: all of the file, in one line. */
export function certificateLine(pem: string): string {
  return pem.replace(/[\r\n]/g, '');
}
