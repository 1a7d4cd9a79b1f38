import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { commands, settings } from '../manifest';
import { kindOf } from '../resources/catalogue';
import { wordsOf } from '../resources/resourceWords';
import { watchedKinds, watchedOf } from '../resources/watchedKinds';
import { explain } from '../ui/explain';
import { pickRow } from '../ui/pickRow';
import { PlainError } from '../ui/plainError';
import { runCommand } from '../ui/run';
import { notify, offer } from '../ui/say';
import { checksCertificates } from '../ui/settings';
import { steps } from '../ui/steps';
import type { Attention } from './attention';
import type { CheckPart } from './checkedFleets';
import type { FleetCheck, Outcome, PlannedPart } from './checkFleet';

/**
 * Tells what a check of the fleet takes, and runs it with progress until it is done or stopped. A check that was stopped can be continued.
 * @throws PlainError if there is nothing to check
 */
export async function askToCheckFleet(check: FleetCheck, attention: Attention): Promise<void> {
  const { left } = check;
  if (left !== undefined) {
    const goOn = l10n.t('Continue');
    const startOver = l10n.t('Start Over');
    const answer = await notify(
      'information',
      l10n.t('The last check was stopped. {0}', takes(check, left)),
      goOn,
      startOver,
    );
    if (answer === undefined) {
      return;
    }
    if (answer === goOn) {
      await run(check, attention, undefined);
      return;
    }
  }
  const parts = await askForParts(check);
  if (parts && parts.length > 0) {
    await run(check, attention, parts);
  }
}

async function askForParts(check: FleetCheck): Promise<readonly CheckPart[] | undefined> {
  const possible = check.plan().filter(({ count }) => count > 0);
  if (possible.length === 0) {
    throw new PlainError(l10n.t('There are no servers or sites to check yet.'), steps.refresh());
  }
  const rows = possible.map((planned) =>
    pickRow(
      { label: titleOf(planned), description: where(planned), detail: detail(check, planned) },
      { planned, picked: planned.part !== 'tls' || checksCertificates() },
    ),
  );
  const all = possible.reduce((sum, { requests }) => sum + requests, 0);
  const chosen = await vscode.window.showQuickPick(rows, {
    title: l10n.t('Check Fleet'),
    placeHolder: l10n.t('Select what to check. {0}', takes(check, all)),
    canPickMany: true,
    ignoreFocusOut: true,
  });
  const parts = chosen?.map(({ planned }) => planned.part);
  const canRead = possible.some(({ part }) => part === 'tls');
  if (parts && canRead && parts.includes('tls') !== checksCertificates()) {
    const configuration = vscode.workspace.getConfiguration();
    await configuration.update(settings.checkCertificates, parts.includes('tls'), true);
  }
  return parts;
}

function titleOf({ part }: PlannedPart): string {
  return part === 'tls' ? l10n.t('Certificates near their end') : watchedKinds[part].watch.title();
}

function where({ part, count }: PlannedPart): string {
  return part !== 'tls' && kindOf(part).on === 'server'
    ? count === 1
      ? l10n.t('1 server')
      : l10n.t('{0} servers', count)
    : count === 1
      ? l10n.t('1 site')
      : l10n.t('{0} sites', count);
}

function detail(check: FleetCheck, { part, requests }: PlannedPart): string {
  if (part === 'tls') {
    return l10n.t('Connects to each site itself, and sends nothing. No requests to Forge.');
  }
  return watchedOf(part)?.watch.newest
    ? l10n.t('{0} One more for each {1}.', takes(check, requests), wordsOf(part).one)
    : takes(check, requests);
}

function takes(check: FleetCheck, requests: number): string {
  const minutes = check.minutes(requests);
  return requests === 1
    ? l10n.t('1 request.')
    : minutes <= 1
      ? l10n.t('About {0} requests, 1 minute.', requests)
      : l10n.t('About {0} requests, {1} minutes.', requests, minutes);
}

async function run(check: FleetCheck, attention: Attention, parts: readonly CheckPart[] | undefined): Promise<void> {
  const before = new Set(attention.findings.map(({ id, state }) => `${id} ${state}`));
  const outcome = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: l10n.t('Checking fleet'), cancellable: true },
    (progress, canceled) => {
      const stop = new AbortController();
      canceled.onCancellationRequested(() => stop.abort());
      let told = 0;
      return check.run(parts, stop.signal, (done, all) => {
        const share = Math.floor((100 * done) / all);
        if (share > told) {
          progress.report({ increment: share - told, message: l10n.t('{0} of {1}', done, all) });
          told = share;
        }
      });
    },
  );
  const added = attention.findings.filter(({ id, state }) => !before.has(`${id} ${state}`)).length;
  await tellOutcome(outcome, added);
}

async function tellOutcome({ checked, left, failed, error }: Outcome, added: number): Promise<void> {
  const show = l10n.t('Show');
  const found =
    added === 0
      ? l10n.t('Nothing new needs attention.')
      : added === 1
        ? l10n.t('1 new finding needs attention.')
        : l10n.t('{0} new findings need attention.', added);
  if (error !== undefined) {
    const { sentence, steps: helpful } = explain(error);
    const what =
      left > 0
        ? l10n.t('The check stopped: {0} It can be continued with {1} left. {2}', sentence, left, found)
        : l10n.t("Part of the fleet couldn't be checked: {0} {1}", sentence, found);
    await offer('warning', what, [...helpful, steps.showLog()]);
    return;
  }
  if (checked === 0 && left === 0) {
    // The account has signed out.
    return;
  }
  const what =
    left > 0
      ? l10n.t('Stopped with {0} left to check. Run Check Fleet… again to continue. {1}', left, found)
      : failed > 0
        ? l10n.t("The fleet was checked. {0} sites didn't show a certificate. {1}", failed, found)
        : l10n.t('The fleet was checked. {0}', found);
  if ((await notify('information', what, added > 0 ? show : undefined)) === show) {
    await runCommand(commands.showFindings);
  }
}
