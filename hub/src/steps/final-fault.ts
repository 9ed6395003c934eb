import { OnnxError } from '@edgeloop/onnx';
import { ProtocolError } from '@edgeloop/protocol';
import { HubError, messageOf } from '../errors.ts';

export interface FinalFault {
  readonly code: string;
  readonly message: string;
}

/** What is wrong with the work itself. Undefined when the next tick may do better, as after a full disk. */
export function finalFault(error: unknown): FinalFault | undefined {
  if (error instanceof HubError) {
    return error.code === 'STORAGE_FAILED' ? undefined : { code: error.code, message: messageOf(error) };
  }
  // What workers made cannot be read or signed, and will not be next time.
  const isContent = error instanceof ProtocolError || error instanceof OnnxError;
  return isContent ? { code: 'DATA_INVALID', message: messageOf(error) } : undefined;
}
