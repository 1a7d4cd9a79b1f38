import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { SiteEntry } from '../fleet/rows';
import { confirm, sayBriefly } from '../ui/say';
import { newDeployHook } from './newDeployHook';

/** Copies a site's deploy hook URL after a warning: anyone with it can deploy. Never displays it. */
export async function copyDeployHook(entry: SiteEntry): Promise<void> {
  await entry.api.require('showDeployHook');
  const isSure = await confirm(
    l10n.t('Copy the deploy hook URL of {0}?', entry.site.name),
    l10n.t('Anyone with this URL can deploy the site without signing in. Treat it like a password.'),
    l10n.t('Copy'),
  );
  if (isSure) {
    await put(await entry.api.call('showDeployHook'), entry);
  }
}

/** Replaces a site's deploy hook URL after a modal confirmation: the old one stops working. */
export async function regenerateDeployHook(entry: SiteEntry): Promise<void> {
  await entry.api.require('regenerateDeployHook');
  const isSure = await confirm(
    l10n.t('Regenerate the deploy hook URL of {0}?', entry.site.name),
    l10n.t(
      'The current URL stops working immediately, including in CI and webhooks. The new URL is copied to the clipboard.',
    ),
    l10n.t('Regenerate and Copy'),
  );
  if (isSure) {
    await put(await newDeployHook(entry), entry);
  }
}

async function put(hook: string, { site }: SiteEntry): Promise<void> {
  await vscode.env.clipboard.writeText(hook);
  sayBriefly(l10n.t('Copied the deploy hook URL of {0}', site.name));
}
