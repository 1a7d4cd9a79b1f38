import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { SiteEntry } from '../fleet/rows';
import { isEnd, phaseOf } from '../forge/deploymentStatus';
import { isAborted } from '../forge/errors';
import type { Deployment } from '../forge/resources';
import { ansiText, drawnText } from '../ui/ansiText';
import { explain } from '../ui/explain';
import type { Log } from '../ui/log';
import { showError } from '../ui/run';
import { terminalText } from '../ui/terminalText';
import type { Deployer } from './deployer';
import { type DeploymentOutputs, hurryMs } from './deploymentOutputs';
import type { DeploymentTracker, Outcome } from './deploymentTracker';
import { statusWord } from './wording';

/** The last known state of a deployment. */
interface Seen {
  readonly deployment: Deployment;
  /** `dropped` if it is no longer followed and its end is unknown: the account signed out, or the site is gone. */
  readonly state: 'running' | Outcome['kind'] | 'dropped';
}

/** Deploys in a terminal: asks for confirmation as usual, streams the log, and exits with 0 only if the deployment succeeds. */
export class DeployTerminal implements vscode.Pseudoterminal {
  private readonly written = new vscode.EventEmitter<string>();
  private readonly closed = new vscode.EventEmitter<number>();
  private listeners: vscode.Disposable | undefined;
  private isClosed = false;
  private reading: Promise<void> = Promise.resolve();
  /** The part of the log that the terminal shows. */
  private shown = '';

  readonly onDidWrite = this.written.event;
  readonly onDidClose = this.closed.event;

  constructor(
    private readonly site: () => Promise<SiteEntry | undefined>,
    private readonly deployer: Deployer,
    private readonly tracker: DeploymentTracker,
    private readonly outputs: DeploymentOutputs,
    private readonly log: Log,
  ) {}

  async open(): Promise<void> {
    try {
      const site = await this.site();
      if (this.isClosed) {
        return;
      }
      if (!site) {
        this.giveUp();
        return;
      }
      this.say(l10n.t('Deploying {0}', site.site.name));
      // Listen before deploying: a short deployment may end before `deploySite` returns.
      const seen = new Map<string, Seen>();
      let begun: Deployment | undefined;
      const note = (siteKey: string, id: string, now: Seen) => {
        if (siteKey === site.key) {
          seen.set(id, now);
          if (id === begun?.id) {
            this.show(site, now);
          }
        }
      };
      this.listeners = vscode.Disposable.from(
        this.tracker.onDidLook(({ siteKey, deployment, outcome }) =>
          note(siteKey, deployment.id, { deployment, state: outcome?.kind ?? 'running' }),
        ),
        this.tracker.onDidDrop(({ siteKey, deployment }) =>
          note(siteKey, deployment.id, { deployment, state: 'dropped' }),
        ),
      );
      begun = await this.deployer.deploySite(site, { isOfWorkspace: true });
      if (!begun) {
        this.giveUp();
        return;
      }
      const now = seen.get(begun.id) ?? { deployment: begun, state: isEnd(begun) ? 'ended' : 'running' };
      if (now.state !== 'running') {
        this.show(site, now);
      }
    } catch (error) {
      this.log.error('The task could not deploy', error);
      this.say(explain(error).sentence);
      this.end(1);
      // A terminal has no buttons.
      if (explain(error).steps.some(({ command }) => command)) {
        void showError(error);
      }
    }
  }

  private giveUp(): void {
    this.say(l10n.t('Nothing was deployed.'));
    this.end(1);
  }

  /** The terminal was closed. The deployment continues, and its end is reported as usual. */
  close(): void {
    this.isClosed = true;
    this.listeners?.dispose();
  }

  /** Writes new log lines, and exits once the deployment is no longer followed. */
  private show(site: SiteEntry, { deployment, state }: Seen): void {
    if (state !== 'dropped') {
      this.reading = this.reading.then(() => this.readLog(site, deployment.id, state !== 'running'));
    }
    if (state !== 'running') {
      this.listeners?.dispose();
      const { name } = site.site;
      void this.reading.then(() => {
        this.say(
          state === 'ended'
            ? l10n.t('{0}: {1}', name, statusWord(deployment))
            : l10n.t('Lost track of the deployment of {0}.', name),
        );
        this.end(state === 'ended' && phaseOf(deployment) === 'succeeded' ? 0 : 1);
      });
    }
  }

  private end(code: number): void {
    this.listeners?.dispose();
    this.closed.fire(code);
  }

  /**
   * Writes the new lines of the log.
   * @param isWhole whether the deployment has ended, so that no more lines follow
   */
  private async readLog(site: SiteEntry, id: string, isWhole: boolean): Promise<void> {
    try {
      const options = { lane: 'visible' } as const;
      const { text: output } = isWhole
        ? await this.outputs.whole(site, id, hurryMs, options)
        : await this.outputs.read(site, id, options);
      // Skip an incomplete last line: it may still be overwritten.
      const whole = isWhole && !/(^|\n)$/.test(output) ? `${output}\n` : output;
      const lines = whole.slice(0, whole.lastIndexOf('\n') + 1);
      const text = terminalText(await drawnText(lines));
      if (this.shown.startsWith(text)) {
        // Nothing new, or part of the log is temporarily missing.
        return;
      }
      this.written.fire(text.slice(commonLines(this.shown, text)).replaceAll('\n', '\r\n'));
      this.shown = text;
    } catch (error) {
      if (!isAborted(error)) {
        this.log.error(`Could not read the log of deployment ${id}`, error);
      }
    }
  }

  private say(sentence: string): void {
    this.written.fire(`${ansiText(sentence).text}\r\n`);
  }
}

/** The length of the common beginning of two texts, in whole lines. */
function commonLines(one: string, other: string): number {
  if (other.startsWith(one)) {
    return one.length;
  }
  let length = 0;
  while (length < one.length && one[length] === other[length]) {
    length += 1;
  }
  return length === 0 ? 0 : one.lastIndexOf('\n', length - 1) + 1;
}
