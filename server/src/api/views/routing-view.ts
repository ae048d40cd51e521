import type { Delivery } from '../../core/delivery.ts';
import type { Endpoint } from '../../core/endpoint.ts';
import type { Routing } from '../../core/explain/explain-routing.ts';
import { maskedUrl } from '../../core/masked-url.ts';
import type { CatalogueMirror } from '../../store/catalogue-mirror.ts';
import { deliveryView } from './delivery-view.ts';

/** Why an endpoint got an event, as it is shown. */
export function routingView(
  mirror: Pick<CatalogueMirror, 'get'>,
  {
    endpoint,
    deliveries,
    routing,
  }: { endpoint: Endpoint; deliveries: readonly Delivery[]; routing: Routing },
) {
  return {
    endpointId: endpoint.id,
    webhookUrl: maskedUrl(endpoint.url),
    matched: deliveries.length > 0,
    rule: routing.rule,
    says: routing.says,
    deliveries: deliveries.map((each) => deliveryView(mirror, each)),
    subscriptions: routing.subscriptions.map(({ id, rule, says, value }) => ({
      id,
      matched: rule === 'matched',
      rule,
      says,
      value,
    })),
  };
}
