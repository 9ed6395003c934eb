import { parse } from 'yaml';
import type { z } from 'zod';
import { ProfileError } from './errors.ts';
import { type FirmwareProfile, FirmwareProfileSchema } from './firmware-profile.ts';

/**
 * The profile in a YAML text.
 *
 * @param fileName named in errors
 * @throws ProfileError PROFILE_INVALID naming every field that is wrong, what it expects and what it got
 */
export function parseProfile(yamlText: string, fileName: string): FirmwareProfile {
  const document = yamlOf(yamlText, fileName);
  const result = FirmwareProfileSchema.safeParse(document);
  if (!result.success) {
    const faults = result.error.issues.map((issue) => faultOf(issue, valueAt(document, issue.path)));
    throw new ProfileError('PROFILE_INVALID', `${fileName}: ${faults.join('; ')}`, { cause: result.error });
  }
  checkTogether(result.data, fileName);
  return result.data;
}

function yamlOf(yamlText: string, fileName: string): unknown {
  try {
    return parse(yamlText);
  } catch (cause) {
    const where = cause instanceof Error ? cause.message.split('\n', 1)[0]?.replace(/:$/, '') : String(cause);
    throw new ProfileError('PROFILE_INVALID', `${fileName}: expected YAML, got ${where}`, { cause });
  }
}

/** One fault: the field, what it must be, what it is. */
function faultOf(issue: z.core.$ZodIssue, value: unknown): string {
  const field = issue.path.join('.') || 'profile';
  if (issue.code === 'unrecognized_keys') return `${field} must have known fields only, got ${issue.keys.join(', ')}`;
  return `${field} must ${expectation(issue)}, got ${value === undefined ? 'nothing' : JSON.stringify(value)}`;
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `be of type ${issue.expected}`;
    case 'invalid_value':
      return `be one of ${issue.values.join(', ')}`;
    case 'too_small':
      return `${measure(issue.origin)} ${issue.inclusive === false ? 'above' : 'at least'} ${issue.minimum}`;
    case 'too_big':
      return `${measure(issue.origin)} ${issue.inclusive === false ? 'below' : 'at most'} ${issue.maximum}`;
    default:
      return issue.message.replace(/^must /, '');
  }
}

/** Numbers have a size; texts and lists have a length. */
function measure(origin: string): string {
  return origin === 'string' || origin === 'array' ? 'have a length of' : 'be';
}

function valueAt(document: unknown, path: readonly PropertyKey[]): unknown {
  let value = document;
  for (const key of path) value = (value as Record<PropertyKey, unknown> | undefined)?.[key];
  return value;
}

/** Figures that are right alone can be wrong together. */
function checkTogether(profile: FirmwareProfile, fileName: string): void {
  const limits: [string, number, string, number][] = [
    [
      'memory.modelBudgetBytes',
      profile.memory.modelBudgetBytes.value,
      'memory.totalBytes',
      profile.memory.totalBytes.value,
    ],
    [
      'storage.modelBudgetBytes',
      profile.storage.modelBudgetBytes.value,
      'storage.totalBytes',
      profile.storage.totalBytes.value,
    ],
    [
      'model.largestBytes',
      profile.model.largestBytes.value,
      'storage.modelBudgetBytes',
      profile.storage.modelBudgetBytes.value,
    ],
    ['runtime.threads', profile.runtime.threads.value, 'cpu.cores', profile.cpu.cores.value],
    [
      'telemetry.windowBytes',
      profile.telemetry.windowBytes.value,
      'telemetry.outboxBytes',
      profile.telemetry.outboxBytes.value,
    ],
  ];
  for (const [name, value, limitName, limit] of limits) {
    if (value > limit) {
      throw new ProfileError(
        'PROFILE_INVALID',
        `${fileName}: ${name} must be at most ${limitName} ${limit}, got ${value}`,
      );
    }
  }
  if (profile.model.variants.value.at(-1) !== 'float32') {
    throw new ProfileError(
      'PROFILE_INVALID',
      `${fileName}: model.variants must end with float32, the form that always exists`,
    );
  }
}
