export type { HubErrorCode } from './errors.ts';
export { HubError, InternalError, OutsideError, RequestError } from './errors.ts';
