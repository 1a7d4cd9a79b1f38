import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { DeploymentHistory } from '../deployments/deploymentHistory';
import { deploymentAge, deploymentSummary, driftText, shortHash, statusWord } from '../deployments/wording';
import type { Fleet } from '../fleet/fleet';
import type { SiteEntry } from '../fleet/rows';
import type { Debounced, Repeat } from '../forge/clock';
import { isRunning, phaseOf } from '../forge/deploymentStatus';
import type { Limiter } from '../forge/limiter';
import { commands } from '../manifest';
import { withoutIcons } from '../ui/inertText';
import { spinning } from '../ui/spinning';
import { tooltip } from '../ui/tooltip';
import type { LinkedSites } from '../workspace/linkedSites';
import type { Drift } from '../workspace/siteCode';
import type { SiteCodes } from '../workspace/siteCodes';

const elapsedMs = 1_000;
const ageMs = 60_000;

/** How long to collect requests before updating their number in the tooltip, in milliseconds. */
const usageMs = 1_000;

/** The state of this window's site: the age of its last deployment, or how long one has been running. */
export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('forge.site', vscode.StatusBarAlignment.Left, 10);
  private readonly clock: Repeat;
  private readonly listeners: vscode.Disposable;
  private limiter: Limiter | undefined;
  private usage: { dispose(): void } | undefined;
  /** Everything that the item displays, as a text for comparisons; undefined while it is hidden. */
  private shown: string | undefined;
  private readonly drawUsage: Debounced;

  constructor(
    private readonly linked: LinkedSites,
    private readonly codes: SiteCodes,
    private readonly history: DeploymentHistory,
    fleet: Fleet,
  ) {
    this.drawUsage = fleet.clock.debounce(usageMs, () => this.draw());
    this.item.name = l10n.t('Laravel Forge');
    this.item.command = commands.showSiteActions;
    this.clock = fleet.clock.every(
      () => {
        const latest = linked.entry?.site.latestDeployment;
        if (latest && isRunning(latest)) {
          return elapsedMs;
        }
        // Ages can wait until the window has the focus. A running deployment may be watched from another window.
        return linked.entry && vscode.window.state.focused ? ageMs : undefined;
      },
      () => this.draw(),
    );
    const redraw = () => {
      this.draw();
      this.clock.restart();
    };
    this.listeners = vscode.Disposable.from(
      this.item,
      this.clock,
      linked.onDidChange(redraw),
      fleet.onDidChange(() => {
        this.draw();
        this.clock.wake();
      }),
      vscode.window.onDidChangeWindowState(redraw),
      codes.onDidChange(() => this.draw()),
      history.onDidChange(() => this.draw()),
      fleet.onDidChangeDeployment(({ key }) => {
        if (key === linked.entry?.key) {
          this.draw();
          this.clock.restart();
        }
      }),
    );
    redraw();
  }

  /** Its text; undefined while it is hidden. */
  get text(): string | undefined {
    return this.linked.entry ? this.item.text : undefined;
  }

  /** Its tooltip, as Markdown; undefined while it is hidden. */
  get tooltip(): string | undefined {
    return this.linked.entry ? (this.item.tooltip as vscode.MarkdownString).value : undefined;
  }

  dispose(): void {
    this.drawUsage.cancel();
    this.usage?.dispose();
    this.listeners.dispose();
  }

  /** Follows the number of requests that the site's account has used. */
  private followUsage(limiter: Limiter | undefined): void {
    if (limiter === this.limiter) {
      return;
    }
    this.drawUsage.cancel();
    this.usage?.dispose();
    this.limiter = limiter;
    this.usage = limiter?.onDidChange(() => this.drawUsage());
  }

  private draw(): void {
    const entry = this.linked.entry;
    this.followUsage(entry?.account.limiter);
    if (!entry) {
      this.shown = undefined;
      this.item.hide();
      return;
    }
    const now = entry.account.client.now();
    const latest = entry.site.latestDeployment;
    const usualMs = this.history.usualMs(entry.key);
    const { icon, words } = look(entry, now, usualMs);
    const text = `$(${icon}) ${entry.site.name}${words ? ` ${withoutIcons(words)}` : ''}`;
    const failed = latest !== null && phaseOf(latest) === 'failed';
    const details = tooltipOf(entry, now, usualMs, this.codes.drift(entry.key));
    const state = entry.site.inMaintenance ? l10n.t('maintenance') : undefined;
    const label = [`Laravel Forge: ${entry.site.name}`, state, deploymentSummary(latest, now, usualMs)]
      .filter(Boolean)
      .join(', ');
    // VS Code redraws the item each time a property is set, even to the same value.
    const shown = JSON.stringify([text, failed, details.value, label]);
    if (shown === this.shown) {
      return;
    }
    this.shown = shown;
    this.item.text = text;
    this.item.backgroundColor = failed ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    this.item.tooltip = details;
    this.item.accessibilityInformation = { label };
    this.item.show();
  }
}

function look(
  { site: { latestDeployment: latest, inMaintenance } }: SiteEntry,
  now: number,
  usualMs: number | undefined,
): { icon: string; words: string } {
  if (!latest) {
    return { icon: 'rocket', words: l10n.t('never deployed') };
  }
  switch (phaseOf(latest)) {
    case 'waiting':
    case 'running':
      return { icon: spinning('sync'), words: deploymentSummary(latest, now, usualMs) };
    case 'succeeded':
      if (inMaintenance) {
        return { icon: 'tools', words: l10n.t('maintenance') };
      }
      return { icon: 'check', words: deploymentAge(latest, now) ?? statusWord(latest) };
    case 'failed':
      return { icon: 'error', words: deploymentSummary(latest, now) };
    default:
      return { icon: 'circle-slash', words: deploymentSummary(latest, now) };
  }
}

function tooltipOf(
  { site, server, organization, account }: SiteEntry,
  now: number,
  usualMs: number | undefined,
  drift: Drift | undefined,
): vscode.MarkdownString {
  const latest = site.latestDeployment;
  const { used, limit } = account.limiter.state;
  const lines = [
    site.inMaintenance ? l10n.t('Maintenance: on') : null,
    deploymentSummary(latest, now, usualMs),
    drift && driftText(drift, site.repository?.branch ?? null),
    latest && [shortHash(latest), latest.commit.message].filter(Boolean).join(' '),
    [server?.name, organization.name].filter(Boolean).join(' · '),
    [site.repository?.url, site.repository?.branch].filter(Boolean).join(' · '),
    l10n.t('API requests this minute: {0} of {1}', used, limit),
  ];
  return tooltip(
    site.name,
    lines.filter((line): line is string => !!line),
  );
}
