/**
 * The program cannot start, for a reason that the person who starts it can change (a setting, a folder, another copy that runs). The message
 * says what and how; it is shown alone, without a stack.
 */
export class StartRefusal extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StartRefusal';
  }
}
