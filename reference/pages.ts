import { apiPage } from './api-page.ts';
import { cliPage } from './cli-page.ts';
import { eventsPage } from './events-page.ts';
import { limitsPage } from './limits-page.ts';
import { logPage } from './log-page.ts';
import { metricsPage } from './metrics-page.ts';
import { problemsPage } from './problems-page.ts';

/** Every page of `docs/reference`, by the name of its file. */
export const pages: Readonly<Record<string, () => string | Promise<string>>> = {
  'api.md': apiPage,
  'cli.md': cliPage,
  'events.md': eventsPage,
  'limits.md': limitsPage,
  'log.md': logPage,
  'metrics.md': metricsPage,
  'problems.md': problemsPage,
};
