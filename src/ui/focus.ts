import type { Event } from '../forge/emitter';

/** Whether this window has the focus. */
export interface Focus {
  readonly isFocused: boolean;
  readonly onDidChange: Event<unknown>;
}
