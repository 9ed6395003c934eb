const SENTENCES = {
  SIGNATURE_INVALID: 'The signature does not match the signed bytes.',
  UNKNOWN_KEY: 'Nobody this side trusts has signed it.',
  WRONG_PAYLOAD_TYPE: 'The signed bytes are of another kind than expected here.',
  DIGEST_MISMATCH: 'The bytes are not the ones their digest names.',
  CHUNK_INVALID: 'A chunk has the wrong index, length or digest.',
  MODEL_TOO_LARGE: 'The model needs more memory or storage than the profile allows.',
  PROFILE_UNFIT: 'The model cannot run on this kind of device.',
  NO_VARIANT: 'The version has no variant for the profile of this device.',
  MODEL_SIGNATURE_MISMATCH: 'The model does not have the inputs and outputs its release declares.',
  SELF_TEST_FAILED: 'The model does not compute the golden outputs on this device.',
  DOWNLOAD_FAILED: 'The bytes did not arrive completely.',
  LOAD_FAILED: 'The runtime cannot load the model.',
  RUNNER_CRASHED: 'The process that runs the model ended by itself.',
  RUNNER_HUNG: 'The process that runs the model stopped answering.',
  INFERENCE_FAILED: 'The model gave no result for a reading.',
  INPUT_INVALID: 'A reading does not fit the inputs of the model.',
  SOURCE_FAILED: 'The source of readings cannot be read.',
  SINK_FAILED: 'A prediction could not be handed on.',
  UNSUPPORTED_PROTOCOL_VERSION: 'The sender speaks a version of the protocol that this side does not.',
  MALFORMED_MESSAGE: 'The bytes are not a message of the expected kind.',
  MESSAGE_TOO_LARGE: 'The message is longer than this side takes.',
  UNKNOWN_DEVICE: 'No device of this name is enrolled.',
  FORBIDDEN_TOPIC: 'The device may not publish or subscribe there.',
  BAD_CREDENTIALS: 'The device did not prove who it is.',
  DEVICE_REVOKED: 'The device was enrolled, but is no longer trusted.',
  SEQUENCE_GAP: 'A sequence number is missing between two items.',
  WINDOW_INVALID: 'The numbers of a telemetry window contradict each other or its reference.',
  SAMPLE_INVALID: 'A sample breaks the data policy or does not fit the inputs of its model.',
  UNKNOWN_RELEASE: 'No release with this model, version and digest exists.',
  STORAGE_FULL: 'No room is left to keep it.',
  GENERATION_OLD: 'A newer desired state was already taken.',
  WRONG_DEVICE: 'The message is meant for, or claims to come from, another device.',
  UNKNOWN_COMMAND: 'The device does not know this kind of command.',
  INTERNAL: 'The program reached a state it should never be in.',
} as const;

/** Why something was refused or went wrong, in words an operator can look up. Used by devices and hub alike. */
export type ProblemCode = keyof typeof SENTENCES;

/** Every code with the sentence that explains it. */
export const PROBLEM_SENTENCES: Readonly<Record<ProblemCode, string>> = SENTENCES;

/** Whether `code` is one this version of the protocol knows; a newer peer may send others. */
export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(SENTENCES, code);
}
