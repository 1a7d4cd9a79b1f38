import type { Step } from './steps';

/** An error whose message is for the user: one sentence with what to do next, and the buttons for it. */
export class PlainError extends Error {
  override readonly name = 'PlainError';
  readonly steps: readonly Step[];

  constructor(message: string, ...helpful: readonly Step[]) {
    super(message);
    this.steps = helpful;
  }
}
