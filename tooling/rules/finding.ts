/** A broken rule, at a place a reader can open. `line` is 0 when the file as a whole breaks it. */
export type Finding = { file: string; line: number; says: string };
