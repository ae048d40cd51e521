// Drawn from the OpenAPI document by `npm run sdk-types`.

import type {
  PosthornEndpointFailingData,
  PosthornEndpointRecoveredData,
  PosthornEndpointDisabledData,
  PosthornDeliveryDeadData,
  PosthornChainHeldData,
  PosthornChainReleasedData,
  PosthornChainBusyData,
  PosthornEndpointTestData,
} from './posthorn-events.ts';
import type {
  TaskStartedData,
  TaskProgressData,
  TaskWaitingData,
  TaskCompletedData,
  TaskFailedData,
  TaskCancelledData,
  TaskStalledData,
} from './task-events.ts';
import type { ContextUpdatedData } from './context-events.ts';
import type { BundleCreatedData, BundleUpdatedData, BundleFinalizedData } from './bundle-events.ts';

/** The data of each event that Posthorn itself makes. */
export type EventData = {
  readonly 'posthorn.endpoint.failing': PosthornEndpointFailingData;
  readonly 'posthorn.endpoint.recovered': PosthornEndpointRecoveredData;
  readonly 'posthorn.endpoint.disabled': PosthornEndpointDisabledData;
  readonly 'posthorn.delivery.dead': PosthornDeliveryDeadData;
  readonly 'posthorn.chain.held': PosthornChainHeldData;
  readonly 'posthorn.chain.released': PosthornChainReleasedData;
  readonly 'posthorn.chain.busy': PosthornChainBusyData;
  readonly 'posthorn.endpoint.test': PosthornEndpointTestData;
  readonly 'task.started': TaskStartedData;
  readonly 'task.progress': TaskProgressData;
  readonly 'task.waiting': TaskWaitingData;
  readonly 'task.completed': TaskCompletedData;
  readonly 'task.failed': TaskFailedData;
  readonly 'task.cancelled': TaskCancelledData;
  readonly 'task.stalled': TaskStalledData;
  readonly 'context.updated': ContextUpdatedData;
  readonly 'bundle.created': BundleCreatedData;
  readonly 'bundle.updated': BundleUpdatedData;
  readonly 'bundle.finalized': BundleFinalizedData;
};
