import type * as vscode from 'vscode';
import { noteWait } from '../run/waits';

/** Any event, whatever it tells. */
export type Changes = (listener: () => void) => Pick<vscode.Disposable, 'dispose'>;

/**
 * Resolves with what `look` gives as soon as it gives something; looks again whenever one of the events fires.
 * @throws after so many milliseconds, with a sentence that says what was waited for
 */
export function eventually<T>(
  what: string,
  look: () => T | undefined | false,
  events: readonly Changes[],
  timeoutMs = 20_000,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const listeners: ReturnType<Changes>[] = [];
    let looks = 0;
    const finish = (end: () => void) => {
      clearTimeout(timer);
      noteWait('eventually', what, looks);
      listeners.forEach((listener) => {
        listener.dispose();
      });
      end();
    };
    const check = () => {
      looks += 1;
      try {
        const found = look();
        if (found !== undefined && found !== false) {
          finish(() => resolve(found));
        }
      } catch (error) {
        finish(() => reject(error));
      }
    };
    const timer = setTimeout(() => finish(() => reject(new Error(`Waited in vain for: ${what}`))), timeoutMs);
    for (const event of events) {
      listeners.push(event(check));
    }
    check();
  });
}

/** For what changes without an event: looks again and again. */
export const often: Changes = (listener) => {
  const timer = setInterval(listener, 50);
  return { dispose: () => clearInterval(timer) };
};
