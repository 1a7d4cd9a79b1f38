import type { Event } from '../forge/emitter';

/** Whether somebody works in this window. */
export interface Focus {
  readonly isFocused: boolean;
  readonly onDidChange: Event<unknown>;
}
