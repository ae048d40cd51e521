import { openApi } from '../api/openapi.ts';
import { allRoutes } from '../api/routes/all.ts';

/** The API as OpenAPI 3.1, as a server of this program would answer it. */
export function openApiText(about: {
  readonly publicUrl: string | null;
  readonly version: string;
}): string {
  return JSON.stringify(openApi(allRoutes({ isMetricsOpen: true }), about));
}
