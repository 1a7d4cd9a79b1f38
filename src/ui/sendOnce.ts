import * as l10n from '@vscode/l10n';
import { isGone, isRefusal, mayHaveHappened } from '../forge/errors';
import { PlainError } from './plainError';
import { steps } from './steps';
import type { Target } from './target';

/** What a change is about: the name that the user knows, and what to open in Forge to see it; undefined if that is gone. */
export interface Subject {
  readonly name: string;
  readonly target: Target | undefined;
}

/**
 * Sends a change, once. Forge may make a change without confirming it, so before this reports a failure, it looks whether the change has
 * happened.
 * @param look whether it has; undefined if that can't be seen. May reject, which counts the same
 * @returns what `send` resolves with; undefined if Forge didn't confirm the change, but it has happened
 * @throws what `send` throws if Forge refused the change, else PlainError
 */
export async function sendOnce<Answer>(
  subject: Subject,
  send: () => Promise<Answer>,
  look: () => Promise<boolean | undefined>,
): Promise<Answer | undefined> {
  try {
    return await send();
  } catch (error) {
    if (!mayHaveHappened(error)) {
      throw error;
    }
    const hasHappened = await look().catch((problem: unknown) =>
      isGone(error) && isGone(problem) ? false : undefined,
    );
    if (hasHappened) {
      return undefined;
    }
    throw reasonOf(error, hasHappened, subject);
  }
}

/** What to tell the user about a change that Forge didn't confirm. @param hasHappened undefined if that can't be seen */
function reasonOf(error: unknown, hasHappened: false | undefined, { name, target }: Subject): unknown {
  return hasHappened === false && isRefusal(error)
    ? error
    : new PlainError(
        l10n.t("Couldn't confirm the change to {0}. Check in Forge before trying again.", name),
        ...(target ? [steps.openInForge(target)] : []),
      );
}
