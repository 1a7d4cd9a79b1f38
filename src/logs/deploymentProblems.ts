import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Account } from '../account/session';
import type { DeploymentOutputs } from '../deployments/deploymentOutputs';
import type { DeploymentTracker } from '../deployments/deploymentTracker';
import type { Fleet } from '../fleet/fleet';
import type { SiteEntry } from '../fleet/rows';
import { phaseOf } from '../forge/deploymentStatus';
import { isAborted } from '../forge/errors';
import type { Deployment } from '../forge/resources';
import { commands, contextKeys } from '../manifest';
import type { Late } from '../ui/late';
import type { Log } from '../ui/log';
import { pickRow } from '../ui/pickRow';
import { siteTarget, type Target } from '../ui/target';
import type { LinkedSites } from '../workspace/linkedSites';
import type { LocalFiles } from './localFiles';
import { logAddress } from './logAddress';
import type { LogProblem } from './problemsIn';

/** The problems in the log of a failed deployment, by the URI of the file. */
interface Found {
  readonly deploymentId: string;
  readonly files: ReadonlyMap<string, readonly vscode.Diagnostic[]>;
}

/**
 * Shows the problems in a failed deployment's log in the Problems view, in the local file if there is one, or else in the log, until the
 * next successful deployment, sign-out, or dismissal. They aren't stored: a reloaded window reads the log of a linked site again.
 * Costs one request per failure, shared with everything that reads the log at the same time.
 */
export class DeploymentProblems implements vscode.Disposable, vscode.CodeActionProvider {
  private readonly collection = vscode.languages.createDiagnosticCollection('forge');
  /** The problems found, by site. */
  private readonly found = new Map<string, Found>();
  /** By site, the failed deployment whose problems are shown: a success, or a later failure, may come while its log is loading. */
  private readonly told = new Map<string, string>();
  /** By site, the failed deployment whose problems were dismissed. */
  private readonly dismissed = new Map<string, string>();
  /** Registered only while there are problems: VS Code calls it for every cursor position. */
  private actions: vscode.Disposable | undefined;
  /** By account, the sites with problems. */
  private readonly sites = new WeakMap<Account, Set<string>>();
  private readonly listeners: vscode.Disposable;

  constructor(
    tracker: DeploymentTracker,
    private readonly fleet: Fleet,
    linked: LinkedSites,
    private readonly outputs: DeploymentOutputs,
    private readonly files: Late<LocalFiles>,
    private readonly log: Log,
  ) {
    const lookAt = (site: SiteEntry) => {
      const latest = site.site.latestDeployment;
      const phase = latest && phaseOf(latest);
      if (phase === 'succeeded') {
        this.forget(site.key);
      } else if (latest && phase === 'failed' && linked.entries.some(({ key }) => key === site.key)) {
        void this.read(site, latest);
      }
    };
    const look = () => linked.entries.forEach(lookAt);
    this.listeners = vscode.Disposable.from(
      this.collection,
      tracker.onDidEnd(({ site, outcome: { deployment, kind }, isToldHere }) => {
        if (kind === 'ended' && phaseOf(deployment) === 'failed' && isToldHere) {
          void this.read(site, deployment);
        }
      }),
      linked.onDidChange(look),
      fleet.onDidChangeDeployment(lookAt),
    );
    look();
  }

  dispose(): void {
    this.found.clear();
    this.actions?.dispose();
    this.listeners.dispose();
  }

  /** Offers, at a problem, to dismiss all problems of that deployment. */
  provideCodeActions(
    { uri }: vscode.TextDocument,
    range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    return [...this.found].flatMap(([siteKey, { files }]) => {
      const here = (files.get(uri.toString()) ?? []).filter((entry) => entry.range.intersection(range));
      const [first] = here;
      if (!first) {
        return [];
      }
      const title = l10n.t('Dismiss Deployment Problems of {0}', this.nameOf(siteKey));
      const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
      action.command = { command: commands.dismissProblems, title, arguments: [siteTarget({ key: siteKey })] };
      action.diagnostics = diagnostics.filter(({ source }) => source === first.source);
      return [action];
    });
  }

  /**
   * Removes the problems of a site's last failed deployment, for as long as the window is open.
   * @param site if omitted and several sites have problems, asks for one
   */
  async dismiss(site?: Target): Promise<void> {
    const siteKey = site?.kind === 'site' ? site.key : undefined;
    const items = [...this.found].map(([key, { deploymentId }]) =>
      pickRow({ label: this.nameOf(key), description: this.fleet.site(key)?.server?.name }, { key, deploymentId }),
    );
    const picked =
      siteKey === undefined && items.length > 1
        ? await vscode.window.showQuickPick(items, { title: l10n.t('Dismiss Deployment Problems') })
        : items.find(({ key }) => siteKey === undefined || key === siteKey);
    if (picked) {
      this.dismissed.set(picked.key, picked.deploymentId);
      this.set(picked.key, picked.deploymentId, []);
    }
  }

  private nameOf(siteKey: string): string {
    return this.fleet.site(siteKey)?.site.name ?? l10n.t('a site');
  }

  private forget(siteKey: string): void {
    this.told.delete(siteKey);
    const found = this.found.get(siteKey);
    if (found) {
      this.set(siteKey, found.deploymentId, []);
    }
  }

  /** Removes a site's problems when its account signs out. One listener per account, however often something fails. */
  private forgetWith({ key, account }: SiteEntry): void {
    const sites = this.sites.get(account) ?? new Set();
    if (sites.size === 0) {
      this.sites.set(account, sites);
      const forgetAll = () => {
        for (const site of sites) {
          this.forget(site);
        }
      };
      account.signal.addEventListener('abort', forgetAll, { once: true });
    }
    sites.add(key);
  }

  private async read(site: SiteEntry, deployment: Deployment): Promise<void> {
    const { signal } = site.account;
    const isKnown = [this.told, this.dismissed].some((known) => known.get(site.key) === deployment.id);
    if (!site.api.isPlaced || signal.aborted || isKnown) {
      return;
    }
    this.told.set(site.key, deployment.id);
    this.forgetWith(site);
    try {
      const output = await this.outputs.whole(site, deployment.id, undefined, { lane: 'visible' });
      const [{ drawnText }, { failureIn }] = await Promise.all([import('../ui/ansiText'), import('./failureIn')]);
      const problems = (await failureIn((await drawnText(output.text)).text))?.problems ?? [];
      const found = await Promise.all(problems.map((problem) => this.entry(site, deployment, problem)));
      if (this.told.get(site.key) === deployment.id) {
        this.set(site.key, deployment.id, this.dismissed.get(site.key) === deployment.id ? [] : found);
        if (output.state !== 'final') {
          // Read again with the next change of the site.
          this.told.delete(site.key);
        }
      }
    } catch (error) {
      if (this.told.get(site.key) === deployment.id) {
        this.told.delete(site.key);
      }
      if (!isAborted(error)) {
        this.log.error(`Could not look for problems in the log of deployment ${deployment.id}`, error);
      }
    }
  }

  private async entry(
    site: SiteEntry,
    deployment: Deployment,
    { line, message, source, path, lineNumber = 1, column }: LogProblem,
  ): Promise<readonly [vscode.Uri, vscode.Diagnostic]> {
    const log = logAddress('deployment', site, deployment.id);
    const owner = { siteKey: site.key };
    const file = path === undefined ? undefined : await (await this.files.get()).find(path, owner, lineNumber);
    const start = file
      ? new vscode.Position(lineNumber - 1, column === undefined ? 0 : column - 1)
      : new vscode.Position(line, 0);
    const range = new vscode.Range(start, new vscode.Position(start.line, Number.MAX_SAFE_INTEGER));
    const entry = new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity.Error);
    entry.source = l10n.t('Deployment of {0}', site.site.name);
    entry.code = { value: source, target: log.with({ fragment: `L${line + 1}` }) };
    return [file ?? log, entry];
  }

  private set(
    siteKey: string,
    deploymentId: string,
    entries: readonly (readonly [vscode.Uri, vscode.Diagnostic])[],
  ): void {
    const before = this.found.get(siteKey)?.files;
    const now = new Map<string, vscode.Diagnostic[]>();
    for (const [uri, entry] of entries) {
      const key = uri.toString();
      now.set(key, [...(now.get(key) ?? []), entry]);
    }
    if (now.size > 0) {
      this.found.set(siteKey, { deploymentId, files: now });
    } else {
      this.found.delete(siteKey);
    }
    for (const key of new Set([...(before?.keys() ?? []), ...now.keys()])) {
      // Several sites may have problems in one file.
      const all = [...this.found.values()].flatMap(({ files }) => files.get(key) ?? []);
      this.collection.set(vscode.Uri.parse(key, true), all);
    }
    this.offer(this.found.size > 0);
  }

  private offer(hasProblems: boolean): void {
    if (hasProblems === (this.actions !== undefined)) {
      return;
    }
    this.actions?.dispose();
    this.actions = hasProblems
      ? vscode.languages.registerCodeActionsProvider('*', this, {
          providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
        })
      : undefined;
    void vscode.commands.executeCommand('setContext', contextKeys.hasProblems, hasProblems);
  }
}
