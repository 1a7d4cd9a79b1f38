import * as vscode from 'vscode';
import type { DeploymentOutputs } from '../deployments/deploymentOutputs';
import type { DeploymentTracker } from '../deployments/deploymentTracker';
import type { Fleet } from '../fleet/fleet';
import { logScheme } from '../manifest';
import type { Log } from '../ui/log';
import { readWithFleet } from './absence';
import { DeploymentLogs } from './deploymentLogs';
import type { LocalFiles } from './localFiles';
import { LogColours } from './logColours';
import { LogDocuments } from './logDocuments';
import { LogFollower } from './logFollower';
import { LogLinks } from './logLinks';
import { LogStructure } from './logStructure';
import { RemoteLogs } from './remoteLogs';
import { ShownFilter } from './shownFilter';

/** Everything needed to show logs. Created with the first one. */
export class Logs implements vscode.Disposable {
  readonly documents: LogDocuments;
  readonly remote: RemoteLogs;
  readonly follower: LogFollower;
  readonly filter: ShownFilter;
  private readonly disposables: vscode.Disposable;

  constructor(fleet: Fleet, tracker: DeploymentTracker, outputs: DeploymentOutputs, files: LocalFiles, log: Log) {
    this.documents = new LogDocuments(fleet.clock);
    this.remote = new RemoteLogs(this.documents, fleet, log);
    this.follower = new LogFollower(this.documents, fleet.clock);
    this.filter = new ShownFilter(this.documents, this.remote);
    const structure = new LogStructure(this.documents);
    const selector = { scheme: logScheme };
    this.disposables = vscode.Disposable.from(
      this.documents,
      new DeploymentLogs(this.documents, fleet, tracker, outputs, log),
      readWithFleet(this.documents, fleet),
      this.follower,
      this.filter,
      new LogColours(this.documents),
      vscode.languages.registerDocumentLinkProvider(selector, new LogLinks(files)),
      vscode.languages.registerFoldingRangeProvider(selector, structure),
      vscode.languages.registerDocumentSymbolProvider(selector, structure),
    );
  }

  dispose(): void {
    this.disposables.dispose();
  }
}
