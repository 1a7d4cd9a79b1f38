import * as l10n from '@vscode/l10n';
import { ForgeError } from '../forge/errors';
import { redact } from '../forge/redact';
import { withoutIcons, withoutLinks } from './inertText';

/** What may help after an error, beside looking into the log. */
export type Remedy = 'signIn' | 'tryAgain' | 'openTokens' | 'openSettings';

export interface Explanation {
  /** One clear sentence, or two, with what to do next. No secret, no stack trace. */
  readonly sentence: string;
  readonly remedy: Remedy | undefined;
}

/** An error whose message was written for the person: one clear sentence with what to do next. */
export class PlainError extends Error {
  override readonly name = 'PlainError';

  constructor(
    message: string,
    readonly remedy?: Remedy,
  ) {
    super(message);
  }
}

/** Says an error to a person. Its details belong in the log. */
export function explain(error: unknown): Explanation {
  if (error instanceof PlainError) {
    return { sentence: error.message, remedy: error.remedy };
  }
  if (!(error instanceof ForgeError)) {
    return { sentence: l10n.t('Something went wrong. See the log for details.'), remedy: undefined };
  }
  switch (error.kind) {
    case 'unauthenticated':
      return {
        sentence: l10n.t('Your Forge token has expired or was revoked. Sign in again with a new one.'),
        remedy: 'signIn',
      };
    case 'forbidden':
      if (error.status === undefined) {
        return {
          sentence:
            error.scopes.length > 1
              ? l10n.t(
                  'Your token is missing the scopes {0}. Create a token that also has them, then sign in again.',
                  error.scopes.join(', '),
                )
              : l10n.t(
                  'Your token is missing the scope {0}. Create a token that also has it, then sign in again.',
                  error.scopes.join(', '),
                ),
          remedy: 'openTokens',
        };
      }
      return {
        sentence:
          error.scopes.length > 0
            ? l10n.t(
                'Forge refused this. Your token may be missing the scope {0}, or your role in the organization may not allow it.',
                error.scopes.join(', '),
              )
            : l10n.t("Forge refused this. Your token or your role doesn't allow it."),
        remedy: 'openTokens',
      };
    case 'notFound':
      return {
        sentence: l10n.t('This no longer exists in Forge. Refresh to update the view.'),
        remedy: undefined,
      };
    case 'invalid':
      return {
        sentence: refusal(error),
        remedy: undefined,
      };
    case 'rateLimited':
      return { sentence: pleaseWait(error.retryAfterMs ?? 0), remedy: 'tryAgain' };
    case 'maintenance':
      return { sentence: l10n.t('Forge is down for maintenance. Try again later.'), remedy: 'tryAgain' };
    case 'timeout':
      return { sentence: l10n.t("Forge didn't respond in time. Try again."), remedy: 'tryAgain' };
    case 'network':
      return {
        sentence: l10n.t("Can't reach Forge. Check your network connection and try again."),
        remedy: 'tryAgain',
      };
    case 'server':
      return { sentence: l10n.t('Forge returned a server error. Try again later.'), remedy: 'tryAgain' };
    case 'unexpected':
      return {
        sentence: l10n.t('Forge returned an unexpected response. See the log for details.'),
        remedy: 'tryAgain',
      };
  }
}

function pleaseWait(ms: number): string {
  const minutes = Math.ceil(ms / 60_000);
  return minutes > 1
    ? l10n.t('Rate limit reached. Try again in {0} minutes.', minutes)
    : l10n.t('Rate limit reached. Try again in a minute.');
}

/** The most that is quoted of what Forge says, and the most that is read for it, in characters. */
const longestQuotation = 300;
const longestRead = 4_000;

/** What Forge said about what it refused, in a line; without its words where it had none. */
function refusal({ fields }: ForgeError): string {
  const words = quotable(Object.values(fields).join(' '));
  return words === ''
    ? l10n.t('Forge rejected this. See the log for details.')
    : l10n.t('Forge rejected this: {0}', words);
}

/** Foreign words as they can stand in a sentence: on one line, not too long, with nothing in them that acts, and with an end. */
export function quotable(text: string): string {
  const line = redact(text.slice(0, longestRead))
    .replace(/[\s\p{Cc}\p{Cs}\p{Bidi_Control}]+/gu, ' ')
    .trim();
  const characters = [...line];
  const words = characters.length > longestQuotation ? `${characters.slice(0, longestQuotation - 1).join('')}…` : line;
  return withoutIcons(withoutLinks(words === '' || /[.!?…]$/.test(words) ? words : `${words}.`));
}
