/**
 * Why the business says no. `reason` is a snake_case obstacle (`insufficient_stock`), the other fields are the numbers
 * a person needs to see what would have been possible. The words belong to the screen.
 * Declare each as a `type`, not an `interface`, so that it fits the index signature.
 */
export type Rejection = { readonly reason: string; readonly [detail: string]: unknown };

/** The yes-half of a {@link Decision}. */
export type Accepted<T> = { readonly ok: true; readonly value: T };

/** The no-half of a {@link Decision}. */
export type Rejected<R extends Rejection = Rejection> = { readonly ok: false; readonly rejection: R };

/** What a decider answers: a value or a rejection, never an exception. `R` is the closed union of what it may refuse. */
export type Decision<T, R extends Rejection = Rejection> = Accepted<T> | Rejected<R>;

/** Says yes with a value. */
export function accept<T>(value: T): Accepted<T> {
  return { ok: true, value };
}

/** Says no. The literal type of `reason` is kept, so that a `switch` over it is exhaustive. */
export function reject<const R extends Rejection>(rejection: R): Rejected<R> {
  return { ok: false, rejection };
}
