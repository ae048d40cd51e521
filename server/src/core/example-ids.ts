/** Ids that stand in examples and samples for those of a reader's own things. */
export const exampleIds = {
  tenant: 'acme',
  event: 'evt_06f1v5m2q8exam00000000000e',
  endpoint: 'ep_06f1v5m2q8exam00000000000p',
  delivery: 'dlv_06f1v5m2q8exam00000000000d',
  attempt: 'att_06f1v5m2q8exam00000000000t',
  task: 'task_06f1v5m2q8exam00000000000k',
  bundle: 'bun_06f1v5m2q8exam00000000000b',
} as const;
