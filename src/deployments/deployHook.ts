import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { type SiteEntry, sitePath } from '../fleet/rows';
import { serverUnknown } from '../fleet/serverUnknown';

/** Copies the address that deploys a site for whoever has it, after a warning that says so. It is shown nowhere. */
export async function copyDeployHook(entry: SiteEntry): Promise<void> {
  const copy = l10n.t('Copy');
  const path = sitePath(entry);
  if (!path) {
    throw serverUnknown(entry);
  }
  const answer = await vscode.window.showWarningMessage(
    l10n.t('Copy the deploy hook of {0}?', entry.site.name),
    {
      modal: true,
      detail: l10n.t('Whoever has this address can deploy the site without signing in. Treat it like a password.'),
    },
    copy,
  );
  if (answer === copy) {
    const { client, signal } = entry.account;
    await put(await client.deployHook(path, { lane: 'user', signal }), entry);
  }
}

/** Replaces the address that deploys a site, after a modal: what uses the old one no longer works. */
export async function regenerateDeployHook(entry: SiteEntry): Promise<void> {
  const regenerate = l10n.t('Replace and Copy');
  const path = sitePath(entry);
  if (!path) {
    throw serverUnknown(entry);
  }
  const answer = await vscode.window.showWarningMessage(
    l10n.t('Replace the deploy hook of {0}?', entry.site.name),
    {
      modal: true,
      detail: l10n.t(
        'The present address stops working at once, also where CI or a Git host uses it. The new one is copied.',
      ),
    },
    regenerate,
  );
  if (answer === regenerate) {
    const { client, signal } = entry.account;
    await put(await client.regenerateDeployHook(path, { signal }), entry);
  }
}

async function put(hook: string, { site }: SiteEntry): Promise<void> {
  await vscode.env.clipboard.writeText(hook);
  vscode.window.setStatusBarMessage(l10n.t('Copied the deploy hook of {0}', site.name), 3_000);
}
