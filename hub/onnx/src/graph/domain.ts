/** Whether a domain is that of the standard's own operators, which has two names. */
export function isStandardDomain(domain: string | null | undefined): boolean {
  return !domain || domain === 'ai.onnx';
}

/** The domain under its shorter name: '' for the standard's own. */
export function plainDomain(domain: string | null | undefined): string {
  return isStandardDomain(domain) ? '' : (domain ?? '');
}
