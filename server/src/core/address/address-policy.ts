import type { Cidr } from './cidr.ts';

/** What the operator lets the guard allow beyond public addresses. */
export type AddressPolicy = {
  /** Ranges named by `--allow-address`. */
  readonly allow: readonly Cidr[];
  /** Set by `--dev`: 127.0.0.0/8, ::1 and names under `localhost`. */
  readonly allowLoopback: boolean;
};

/** The default: public addresses only. */
export const publicOnly: AddressPolicy = { allow: [], allowLoopback: false };
