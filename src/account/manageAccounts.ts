import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { LivePick } from '../ui/livePick';
import { pickRow } from '../ui/pickRow';
import { ask, notify } from '../ui/say';
import type { Accounts } from './accounts';
import { type Account, accountsOf } from './session';

interface AccountItem extends vscode.QuickPickItem {
  readonly account?: Account;
}

/** Lists the signed-in accounts, with a button to sign out, and offers to add one. */
export async function manageAccounts(accounts: Accounts): Promise<void> {
  await accounts.ready;
  const signOutButton: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('sign-out'),
    tooltip: l10n.t('Sign Out'),
  };
  const live = new LivePick<AccountItem, AccountItem>(
    l10n.t('Laravel Forge Accounts'),
    l10n.t('Select an account to sign out'),
  );
  const add: AccountItem = pickRow({ icon: 'add', label: l10n.t('Add Account…') }, { alwaysShow: true });
  const draw = () => {
    const rows = accountsOf(accounts.session).map((account) => accountItem(account, signOutButton));
    live.replace([...rows, add], 'changed');
  };
  draw();
  // It may be signed in or out in another window meanwhile.
  const listener = accounts.onDidChange(draw);
  const end = (item: AccountItem) => live.end(item);
  const chosen = await live.ask({ accept: end, rowButton: (_, item) => end(item) });
  listener.dispose();
  if (chosen === add) {
    await accounts.signIn();
  } else if (chosen?.account) {
    await signOut(accounts, chosen.account);
  }
}

/** Signs out, after asking which account, if there are several, and for confirmation. */
export async function signOut(accounts: Accounts, account?: Account): Promise<void> {
  await accounts.ready;
  const signedIn = accountsOf(accounts.session);
  const chosen = account ?? (signedIn.length > 1 ? await pickAccount(signedIn) : signedIn[0]);
  if (!chosen) {
    return;
  }
  if (chosen.source === 'environment') {
    void notify(
      'information',
      l10n.t('This account comes from the environment variable FORGE_API_TOKEN. Unset it to sign out.'),
    );
    return;
  }
  const isSure = await ask({
    severity: 'information',
    question: l10n.t('Sign out {0}?', chosen.label),
    detail: [l10n.t('The token is removed from this computer. It stays valid in Forge; revoke it there if needed.')],
    answers: [l10n.t('Sign Out')],
  });
  if (isSure) {
    await accounts.signOut(chosen);
  }
}

async function pickAccount(signedIn: readonly Account[]): Promise<Account | undefined> {
  const item = await vscode.window.showQuickPick<AccountItem>(
    signedIn.map((account) => accountItem(account)),
    { title: l10n.t('Sign Out of Laravel Forge') },
  );
  return item?.account;
}

function accountItem(account: Account, button?: vscode.QuickInputButton): AccountItem {
  const { label, source, user } = account;
  const description = source === 'environment' ? l10n.t('from FORGE_API_TOKEN') : user.email;
  const buttons = button && source === 'stored' ? { buttons: [button] } : {};
  return pickRow({ icon: 'account', label, description }, { account, ...buttons });
}
