import * as vscode from 'vscode';
import type { Deployments } from '../deployments/deployments';
import type { Fleet } from '../fleet/fleet';
import { logScheme } from '../manifest';
import type { Log } from '../ui/log';
import type { LocalFiles } from './localFiles';
import { LogColours } from './logColours';
import { LogDocuments } from './logDocuments';
import { LogFollower } from './logFollower';
import { LogLinks } from './logLinks';
import { LogReader } from './logReader';
import { LogStructure } from './logStructure';
import { readWithDeployment, readWithFleet } from './readAgain';
import { showFailedLog } from './showFailedLog';
import { ShownFilter } from './shownFilter';

/** Everything needed to show logs. Created with the first one. */
export class Logs implements vscode.Disposable {
  readonly documents: LogDocuments;
  readonly reader: LogReader;
  readonly follower: LogFollower;
  readonly filter: ShownFilter;
  private readonly disposables: vscode.Disposable;

  constructor(fleet: Fleet, { tracker, history, outputs }: Deployments, files: LocalFiles, log: Log) {
    this.reader = new LogReader(fleet, outputs, log, vscode.env.language);
    this.documents = new LogDocuments(fleet.clock, (open) => this.reader.read(open));
    this.follower = new LogFollower(this.documents, fleet.clock);
    this.filter = new ShownFilter(this.documents, this.reader);
    const structure = new LogStructure(this.documents);
    const selector = { scheme: logScheme };
    this.disposables = vscode.Disposable.from(
      this.documents,
      this.reader,
      readWithFleet(this.documents, fleet, vscode.window.onDidChangeVisibleTextEditors),
      readWithDeployment(this.documents, tracker),
      this.follower,
      this.filter,
      showFailedLog(fleet, history),
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
