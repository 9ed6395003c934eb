import type { ApiRole } from '../store/token-store.ts';

// An operator sees what a viewer sees. A worker takes jobs and nothing else.
const INCLUDES: Readonly<Record<ApiRole, readonly ApiRole[]>> = {
  admin: ['admin', 'operator', 'viewer', 'worker'],
  operator: ['operator', 'viewer'],
  viewer: ['viewer'],
  worker: ['worker'],
};

/** Whether a token of role `has` may do what `needs` may. */
export function roleIncludes(has: ApiRole, needs: ApiRole): boolean {
  return INCLUDES[has].includes(needs);
}
