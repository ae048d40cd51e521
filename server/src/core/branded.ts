declare const brand: unique symbol;

/** A value of type `T` that can only be made where it enters: a parser, a row mapper or a clock. */
export type Branded<T, Name extends string> = T & { readonly [brand]: Name };
