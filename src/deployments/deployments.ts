import type { Fleet } from '../fleet/fleet';
import type { RecentSites } from '../fleet/recentSites';
import { allOf, type Disposable } from '../forge/emitter';
import type { Focus } from '../ui/focus';
import type { Log } from '../ui/log';
import type { Memory } from '../ui/memory';
import { whileSaying } from '../ui/say';
import type { Git } from '../workspace/git';
import type { LinkedSites } from '../workspace/linkedSites';
import { SiteCodes } from '../workspace/siteCodes';
import { Deployer, type DeployTalk } from './deployer';
import { DeploymentHistory } from './deploymentHistory';
import { DeploymentOutputs } from './deploymentOutputs';
import { DeploymentTracker } from './deploymentTracker';
import { PushFollower } from './pushFollower';

/** Everything needed to deploy and to follow deployments. */
export class Deployments implements Disposable {
  readonly history: DeploymentHistory;
  readonly codes: SiteCodes;
  readonly tracker: DeploymentTracker;
  readonly outputs: DeploymentOutputs;
  readonly pushes: PushFollower;
  readonly deployer: Deployer;
  private readonly disposables: Disposable;

  /** @param memory of this workspace. @param hints see `DeployTalk` */
  constructor(
    fleet: Fleet,
    git: Git,
    linked: LinkedSites,
    recent: RecentSites,
    memory: Memory,
    focus: Focus,
    hints: DeployTalk['hints'],
    log: Log,
  ) {
    this.history = new DeploymentHistory(fleet);
    this.codes = new SiteCodes(git, linked, this.history, fleet);
    const isOfInterest = (siteKey: string) => linked.entries.some(({ key }) => key === siteKey);
    this.tracker = new DeploymentTracker(fleet, this.history, isOfInterest, memory, focus, log);
    this.outputs = new DeploymentOutputs(fleet, this.tracker);
    this.pushes = new PushFollower(this.codes, fleet, this.tracker, log);
    const talk = {
      ask: async (...question: Parameters<typeof import('./preflight').preflight>) =>
        (await import('./preflight')).preflight(...question),
      isProposed: linked.isNamed.bind(linked),
      hints,
      saying: whileSaying,
    };
    this.deployer = new Deployer(fleet, this.tracker, this.pushes, git, this.codes, recent, talk, log);
    this.disposables = allOf(this.codes, this.tracker, this.history, this.pushes, this.outputs);
  }

  dispose(): void {
    this.disposables.dispose();
  }
}
