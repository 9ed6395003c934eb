import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router';
import { DevicePage } from './fleet/device-page.tsx';
import { FleetPage } from './fleet/fleet-page.tsx';
import { ModelPage } from './models/model-page.tsx';
import { ModelsPage } from './models/models-page.tsx';
import { VersionPage } from './models/version-page.tsx';
import { isChartSpan } from './monitoring/chart-span.ts';
import { MonitoringPage } from './monitoring/monitoring-page.tsx';
import { OverviewPage } from './overview/overview-page.tsx';
import { RolloutPage } from './rollouts/rollout-page.tsx';
import { RolloutsPage } from './rollouts/rollouts-page.tsx';
import { RunPage } from './runs/run-page.tsx';
import { RunsPage } from './runs/runs-page.tsx';
import { BrokenPage, NoSuchPage } from './shell/page-errors.tsx';
import { Shell } from './shell/shell.tsx';

const root = createRootRoute({ component: Shell, notFoundComponent: NoSuchPage });
const at = <const P extends string>(path: P, component: () => React.ReactNode) =>
  createRoute({ getParentRoute: () => root, path, component });

const monitoring = createRoute({
  getParentRoute: () => root,
  path: '/monitoring',
  component: MonitoringPage,
  validateSearch: (search: Record<string, unknown>) => ({
    ...(typeof search['model'] === 'string' ? { model: search['model'] } : {}),
    ...(isChartSpan(search['span']) ? { span: search['span'] } : {}),
  }),
});

const pages = root.addChildren([
  at('/', OverviewPage),
  at('/fleet', FleetPage),
  at('/fleet/$device', DevicePage),
  at('/models', ModelsPage),
  at('/models/$model', ModelPage),
  at('/models/$model/$version', VersionPage),
  at('/runs', RunsPage),
  at('/runs/$run', RunPage),
  at('/rollouts', RolloutsPage),
  at('/rollouts/$rollout', RolloutPage),
  monitoring,
]);

/** The pages of the console and their addresses. */
export const router = createRouter({
  routeTree: pages,
  basepath: '/console',
  defaultErrorComponent: BrokenPage,
  defaultNotFoundComponent: NoSuchPage,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
