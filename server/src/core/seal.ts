/** Encrypts what must not lie in plain, for the place where it lies; it opens nowhere else. */
export type Seal = {
  seal(place: readonly string[], plain: string): string;
  /** Throws when it was changed, moved, or sealed under another key. */
  open(place: readonly string[], sealed: string): string;
};
