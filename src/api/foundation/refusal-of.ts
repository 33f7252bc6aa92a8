import { isDatabaseOutage } from '../../platform/database/transient-errors.ts';
import { Refusal } from '../../platform/errors/refusal.ts';
import type { ErrorCode } from '../../platform/errors/registry.ts';

const frameworkRefusals: Readonly<Record<string, ErrorCode>> = Object.freeze({
  FST_ERR_NOT_FOUND: 'not_found',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed_request',
  FST_ERR_BAD_URL: 'malformed_request',
  FST_ERR_MAX_PARAM_LENGTH: 'malformed_request',
});

/**
 * The refusal that an error means to the caller; undefined for a defect, or for an outage after which nobody can say what
 * was done. `nothingSent` says that the work had not reached a gateway, so that an outage of the database may be told.
 */
export function refusalOf(error: unknown, nothingSent: boolean): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (nothingSent && isDatabaseOutage(error)) return new Refusal('database_unavailable');
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known = frameworkRefusals[code];
  if (known !== undefined) return new Refusal(known);
  return isCutOffBody(error) ? new Refusal('malformed_request') : undefined;
}

/** The caller's connection ended inside the body: Fastify gives Node's error of the request this status. */
function isCutOffBody(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === 'ECONNRESET' &&
    'statusCode' in error &&
    error.statusCode === 400
  );
}
