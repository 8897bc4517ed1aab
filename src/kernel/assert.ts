/**
 * A broken promise of our own: the program is wrong, not the customer and not the world.
 * It is never caught to carry on; the edge answers 500 and the log shows `details`.
 */
export class Bug extends Error {
  override readonly name = 'Bug';
  /** The values that show what was wrong; empty when the message says it all. Never personal data. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.details = details;
  }
}

/**
 * Throws a {@link Bug} unless the condition holds. On in production.
 * On hot paths leave `details` out or guard the call with `if`: the object is built before the condition is looked at.
 */
export function assert(
  condition: unknown,
  message: string,
  details?: Readonly<Record<string, unknown>>,
): asserts condition {
  if (!condition) throw new Bug(message, details);
}

/** Ends an exhaustive `switch`: the compiler proves that it is not reached, and if data lied to the compiler it throws a {@link Bug}. */
export function unreachable(x: never): never {
  throw new Bug('a case that the types rule out was reached', { value: x });
}
