/** The codes by which the program ends, after sysexits. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, store: 74, config: 78 } as const;
