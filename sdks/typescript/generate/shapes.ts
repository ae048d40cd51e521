/** Where a shape stands in the document; `.name` leads to a property, `.0` to a choice. */
export type Place =
  | `${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} /${string} ${string}`
  /** The data of an event that Posthorn itself makes. */
  | `event ${string}`;

/** Each file of types: the names that people use, and where the document says what they are. */
export const shapes: Readonly<Record<string, Readonly<Record<string, Place>>>> = {
  events: {
    NewEvent: 'POST /v1/events body',
    AcceptedEvent: 'POST /v1/events 202.0',
    WaitedEvent: 'POST /v1/events 200.0',
    EventPreview: 'POST /v1/events 200.1',
    AcceptedEvents: 'POST /v1/events/batch 202',
    StoredEvent: 'GET /v1/events/{id} 200',
    EventSummary: 'GET /v1/events each',
    EventQuery: 'GET /v1/events query',
    EventExplanation: 'GET /v1/events/{id}/explain 200',
  },
  deliveries: {
    Delivery: 'GET /v1/deliveries/{id} 200',
    DeliveryReport: 'GET /v1/deliveries/{id}/reports each',
    DeliveryQuery: 'GET /v1/deliveries query',
    Attempt: 'GET /v1/attempts/{id} 200',
    AttemptSummary: 'GET /v1/attempts each',
    AttemptQuery: 'GET /v1/attempts query',
  },
  endpoints: {
    RetryPolicy: 'POST /v1/endpoints body.retry',
    NewEndpoint: 'POST /v1/endpoints body',
    CreatedEndpoint: 'POST /v1/endpoints 201',
    Endpoint: 'GET /v1/endpoints/{id} 200',
    EndpointPatch: 'PATCH /v1/endpoints/{id} body',
    EndpointQuery: 'GET /v1/endpoints query',
    EndpointSecret: 'GET /v1/endpoints/{id}/secret 200',
    NewSecret: 'POST /v1/endpoints/{id}/secret/rotate body',
    EndpointTestWish: 'POST /v1/endpoints/{id}/test body',
    EndpointTest: 'POST /v1/endpoints/{id}/test 200',
  },
  subscriptions: {
    NewSubscription: 'POST /v1/subscriptions body',
    AcceptedSubscriptions: 'POST /v1/subscriptions/batch 201',
    Subscription: 'GET /v1/subscriptions/{id} 200',
    SubscriptionPatch: 'PATCH /v1/subscriptions/{id} body',
    SubscriptionQuery: 'GET /v1/subscriptions query',
  },
  'event-types': {
    NewEventType: 'POST /v1/event-types body',
    EventType: 'GET /v1/event-types/{type} 200',
    EventTypePatch: 'PATCH /v1/event-types/{type} body',
    EventTypeQuery: 'GET /v1/event-types query',
  },
  replays: {
    NewReplay: 'POST /v1/replays body',
    ReplayCount: 'POST /v1/replays 200',
    Replay: 'GET /v1/replays/{id} 200',
    ReplayQuery: 'GET /v1/replays query',
  },
  stats: {
    Stats: 'GET /v1/stats 200',
    EndpointStats: 'GET /v1/endpoints/{id}/stats 200',
    StatsQuery: 'GET /v1/stats query',
  },
  tenants: {
    NewTenant: 'POST /v1/tenants body',
    Tenant: 'GET /v1/tenants/{id} 200',
    TenantPatch: 'PATCH /v1/tenants/{id} body',
    TenantQuery: 'GET /v1/tenants query',
    CallbackSecret: 'GET /v1/tenants/{id}/callback-secret 200',
    AlertDefaults: 'GET /v1/alert-defaults 200',
    AlertDefaultsPatch: 'PATCH /v1/alert-defaults body',
    NewKey: 'POST /v1/keys body',
    CreatedKey: 'POST /v1/keys 201',
    Key: 'GET /v1/keys/{id} 200',
    KeyQuery: 'GET /v1/keys query',
  },
  tasks: {
    NewTask: 'POST /v1/tasks body',
    Task: 'GET /v1/tasks/{id} 200',
    TaskHistory: 'GET /v1/tasks/{id}/events 200',
    TaskHistoryQuery: 'GET /v1/tasks/{id}/events query',
    TaskQuery: 'GET /v1/tasks query',
    TaskWaitQuery: 'GET /v1/tasks/{id} query',
    TaskProgress: 'POST /v1/tasks/{id}/progress body',
    TaskWait: 'POST /v1/tasks/{id}/wait body',
    TaskCompletion: 'POST /v1/tasks/{id}/complete body',
    TaskFailure: 'POST /v1/tasks/{id}/fail body',
    TaskCancellation: 'POST /v1/tasks/{id}/cancel body',
    TokenUsage: 'POST /v1/tasks/{id}/complete body.tokenUsage',
    TaskError: 'POST /v1/tasks/{id}/fail body.error',
    TaskMoved: 'POST /v1/tasks/{id}/complete 200',
  },
  context: {
    ContextUpdate: 'POST /v1/context/updates body',
    EntityChanged: 'POST /v1/context/updates 202',
    Entity: 'GET /v1/entities/{type}/{id} 200',
    EntitySummary: 'GET /v1/entities each',
    EntityQuery: 'GET /v1/entities query',
    EntityPatchQuery: 'PATCH /v1/entities/{type}/{id} query',
    EntityHistory: 'GET /v1/entities/{type}/{id}/changes 200',
    EntityHistoryQuery: 'GET /v1/entities/{type}/{id}/changes query',
  },
  bundles: {
    NewBundle: 'PUT /v1/bundles/{id} body',
    Bundle: 'GET /v1/bundles/{id} 200',
    BundleSummary: 'GET /v1/bundles each',
    BundleQuery: 'GET /v1/bundles query',
    BundleFinalization: 'POST /v1/bundles/{id}/finalize body',
  },
  streams: {
    NewStreamToken: 'POST /v1/stream-tokens body',
    StreamToken: 'POST /v1/stream-tokens 201',
  },
  chains: {
    Chain: 'GET /v1/chains/{id} 200',
    ChainReleased: 'POST /v1/chains/{id}/release 200',
  },
};

/** What Posthorn sends itself: a file for each first word of a type, and a name for each type. */
export function eventShapes(types: readonly string[]): Record<string, Record<string, Place>> {
  const files: Record<string, Record<string, Place>> = {};
  for (const type of types) {
    const file = (files[`${type.replace(/\..*$/, '')}-events`] ??= {});
    file[dataName(type)] = `event ${type}`;
  }
  return files;
}

/** `task.completed` → `TaskCompletedData`. */
export function dataName(type: string): string {
  const words = type.split(/[._-]/).map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('')}Data`;
}
