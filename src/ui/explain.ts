import * as l10n from '@vscode/l10n';
import { ForgeError } from '../forge/errors';
import { oneLine } from '../forge/oneLine';
import { redact } from '../forge/redact';
import { withoutIcons, withoutLinks } from './inertText';
import { PlainError } from './plainError';
import { type Step, steps } from './steps';

export interface Explanation {
  /** One or two sentences, with what to do next. Without secrets and stack traces. */
  readonly sentence: string;
  /** Steps that may help, the best first. */
  readonly steps: readonly Step[];
  /** Whether the log has more details than the sentence, which doesn't say so. */
  readonly isInLog: boolean;
}

/** The message for an error. Its details belong in the log. */
export function explain(error: unknown): Explanation {
  if (error instanceof PlainError) {
    return told(error.message, ...error.steps);
  }
  if (!(error instanceof ForgeError)) {
    return told(l10n.t('Something went wrong. See the log for details.'), steps.showLog());
  }
  switch (error.kind) {
    case 'unauthenticated':
      return told(
        error.isExpired
          ? l10n.t('Your Forge token has expired. Create a new one, then sign in again.')
          : l10n.t('Forge no longer accepts your token. Create a new one, then sign in again.'),
        steps.signIn(),
        steps.openTokenPage(),
      );
    case 'keychain':
      return logged(
        l10n.t("Couldn't read your Forge token from the system keychain. Unlock the keychain, then try again."),
        steps.tryAgain(),
        steps.keychainHelp(),
      );
    case 'forbidden':
      return told(refusedSentence(error), steps.copyScopes(), steps.signIn());
    case 'notFound':
      return told(l10n.t('This no longer exists in Forge. Refresh to update the view.'), steps.refresh());
    case 'invalid':
      return refusal(error);
    case 'rateLimited':
      return told(pleaseWait(error.retryAfterMs ?? 0), steps.tryAgain());
    case 'maintenance':
      return told(l10n.t('Forge is down for maintenance. Try again later.'), steps.tryAgain());
    case 'timeout':
      return logged(l10n.t("Forge didn't respond in time. Try again."), steps.tryAgain());
    case 'network':
      return logged(l10n.t("Can't reach Forge. Check your network connection and try again."), steps.tryAgain());
    case 'server':
      return logged(l10n.t('Forge returned a server error. Try again later.'), steps.tryAgain());
    case 'unexpected':
      return told(
        l10n.t('Forge returned an unexpected response. See the log for details.'),
        steps.tryAgain(),
        steps.showLog(),
      );
  }
}

/** The sentence says it all. */
function told(sentence: string, ...helpful: readonly Step[]): Explanation {
  return { sentence, steps: helpful, isInLog: false };
}

/** The log has the details, which are offered last. */
function logged(sentence: string, ...helpful: readonly Step[]): Explanation {
  return { sentence, steps: helpful, isInLog: true };
}

function refusedSentence({ status, scopes }: ForgeError): string {
  if (status === undefined) {
    return scopes.length === 1
      ? l10n.t(
          'Your token is missing the scope {0}. Create a token that also has it, then sign in again.',
          scopes.join(', '),
        )
      : l10n.t(
          'Your token is missing the scopes {0}. Create a token that also has them, then sign in again.',
          scopes.join(', '),
        );
  }
  return scopes.length > 0
    ? l10n.t(
        'Forge refused this. Your token may be missing the scope {0}, or your role in the organization may not allow it.',
        scopes.join(', '),
      )
    : l10n.t("Forge refused this. Your token or your role doesn't allow it.");
}

function pleaseWait(ms: number): string {
  const minutes = Math.ceil(ms / 60_000);
  return minutes > 1
    ? l10n.t('Rate limit reached. Try again in {0} minutes.', minutes)
    : l10n.t('Rate limit reached. Try again in a minute.');
}

/** Maximum length of a quotation, and of the text that is processed for it, in characters. */
const longestQuotation = 300;
const longestRead = 4_000;

/** Forge's reasons for rejecting a request, in one line, if it gave any. */
function refusal({ fields }: ForgeError): Explanation {
  const words = quotable(Object.values(fields).join(' '));
  return words === ''
    ? told(l10n.t('Forge rejected this. See the log for details.'), steps.showLog())
    : told(l10n.t('Forge rejected this: {0}', words));
}

/** Makes foreign text safe to quote: on one line, redacted, not too long, without links and icons, and ending like a sentence. */
export function quotable(text: string): string {
  const words = oneLine(redact(text.slice(0, longestRead)).replace(/[\s\p{Cc}]+/gu, ' '), longestQuotation);
  return withoutIcons(withoutLinks(words === '' || /[.!?…]$/.test(words) ? words : `${words}.`));
}
