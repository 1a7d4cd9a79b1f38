import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Clock } from '../forge/clock';
import { recordIn } from '../ui/memory';
import { offer } from '../ui/say';
import { steps } from '../ui/steps';
import type { Accounts } from './accounts';
import { type Account, accountsOf } from './session';

const dayMs = 86_400_000;

/** How long before a token expires to warn, in days. */
const daysBefore = 7;

/** Stores the day of each account's last warning: `{ [Account.key]: "2026-01-31" }`. */
const warnedKey = 'forge.expiryWarned';

/**
 * Warns of tokens that expire within a week, once a day across all windows, when a window gets focus. What the token
 * itself says is only a hint (src/forge/README.md, Tokens), but the only one: Forge gives no warning before it rejects a token.
 */
export function warnOfExpiry(accounts: Accounts, memory: vscode.Memento, clock: Clock): vscode.Disposable {
  const look = () => {
    if (!vscode.window.state.focused) {
      return;
    }
    const now = clock.now();
    const today = new Date(now).toISOString().slice(0, 10);
    const warned = recordIn(memory, warnedKey);
    const due = accountsOf(accounts.session).filter(
      (account) => daysLeft(account, now) <= daysBefore && warned[account.key] !== today,
    );
    if (due.length > 0) {
      void memory.update(warnedKey, { ...warned, ...Object.fromEntries(due.map(({ key }) => [key, today])) });
    }
    for (const account of due) {
      void warn(account, daysLeft(account, now));
    }
  };
  void accounts.ready.then(look);
  return vscode.Disposable.from(accounts.onDidChange(look), vscode.window.onDidChangeWindowState(look));
}

/** Whole days until the token expires, rounded up; 0 or less once it has expired, infinite if it doesn't say. */
function daysLeft({ expiresAt }: Account, now: number): number {
  return expiresAt === null ? Number.POSITIVE_INFINITY : Math.ceil((expiresAt - now) / dayMs);
}

async function warn({ label }: Account, days: number): Promise<void> {
  await offer(
    'warning',
    days <= 0
      ? l10n.t("{0}'s Forge token has expired. Create a new one and sign in again.", label)
      : days === 1
        ? l10n.t("{0}'s Forge token expires within a day. Create a new one and sign in again.", label)
        : l10n.t("{0}'s Forge token expires in {1} days. Create a new one and sign in again.", label, days),
    [steps.openTokenPage(), steps.signIn()],
  );
}
