/** `undocumented`: no public source says how; refused in live mode, and a sandbox's stand-in is named as such. */
export type Support = 'supported' | 'unsupported' | 'undocumented';
