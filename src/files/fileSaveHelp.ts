import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import { nameOfEntry, type SiteEntry } from '../fleet/rows';
import { ForgeError } from '../forge/errors';
import { commands } from '../manifest';
import { documentOf } from '../ui/documentOf';
import { pickRow } from '../ui/pickRow';
import { runCommand } from '../ui/run';
import { notify, offer, sayBriefly } from '../ui/say';
import { inSlices } from '../ui/slices';
import { type Step, steps } from '../ui/steps';
import { serverTarget, siteTarget, type Target } from '../ui/target';
import { entryOf, type FileEntry, serverOf } from './apiText';
import { compareKeys } from './compareKeys';
import { fileKinds, languageForReview, type NextStep } from './fileKinds';
import { type FileSource, forReview, placeMark } from './fileUri';
import type { Outcome } from './remoteFile';
import type { SaveHelp } from './remoteFiles';
import type { ShownTexts } from './shownTexts';

/** Maximum number of keys listed in a prompt. */
const mostKeys = 6;

/** Shows the changes, asks before a save, and reports the result. */
export class FileSaveHelp implements SaveHelp, vscode.Disposable {
  private readonly problems = vscode.languages.createDiagnosticCollection('forge-files');
  private readonly listeners: vscode.Disposable;
  /** The last prompt in the queue of simultaneous saves: a quick pick that opens closes the previous one. */
  private asking: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly fleet: Fleet,
    private readonly texts: ShownTexts,
  ) {
    // Forge's errors about discarded changes are obsolete, and may quote them.
    this.listeners = vscode.Disposable.from(
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.problems.delete(uri)),
      vscode.workspace.onDidChangeTextDocument(({ document: { uri, isDirty } }) => {
        if (!isDirty && this.problems.has(uri)) {
          this.problems.delete(uri);
        }
      }),
    );
  }

  agrees(uri: vscode.Uri, source: FileSource, before: string, after: string): Promise<object | undefined> {
    const asked = this.asking.then(() => this.ask(uri, source, before, after));
    this.asking = asked.catch(() => undefined);
    return asked;
  }

  private async ask(uri: vscode.Uri, source: FileSource, before: string, after: string): Promise<object | undefined> {
    const { language, isSecret, appliesConfiguration } = fileKinds[source.kind];
    const name = nameOf(uri);
    const place = entryOf(this.fleet, source);
    const show = (text: string) =>
      this.texts.show(forReview(uri.path), text, languageForReview(language), place?.account.signal);
    const [old, edited] = [show(before), show(after)];
    const title = l10n.t('{0}: Server ↔ Editor', name);
    await vscode.commands.executeCommand('vscode.diff', old, edited, title, { preview: true });
    const save = pickRow(
      {
        icon: 'cloud-upload',
        label: l10n.t('Save to Server'),
        detail: isSecret ? await describeKeys(before, after) : l10n.t('Uploads the version in the editor'),
      },
      { wishes: {} },
    );
    // With the same request, which needs no other scope.
    const applied = [
      pickRow({ icon: 'zap', label: l10n.t('Save and Cache Configuration') }, { wishes: { cache: true } }),
      pickRow(
        { icon: 'debug-restart', label: l10n.t('Save, Cache Configuration and Restart Queues') },
        { wishes: { cache: true, queues: true } },
      ),
    ];
    const keep = pickRow(
      { icon: 'close', label: l10n.t('Cancel'), detail: l10n.t('Keeps your changes in the editor') },
      { wishes: undefined },
    );
    const rows = [save, ...(appliesConfiguration ? applied : []), keep];
    const answer = await vscode.window.showQuickPick<(typeof rows)[number]>(rows, {
      title: l10n.t('Save {0} to {1}?', name, placeName(place)),
      placeHolder: l10n.t('Review the changes before saving'),
      // The user reviews the diff first.
      ignoreFocusOut: true,
    });
    await this.texts.close(old, edited);
    return answer?.wishes;
  }

  showProblem(uri: vscode.Uri, source: FileSource, error: unknown): void {
    const words = error instanceof ForgeError && error.kind === 'invalid' ? Object.values(error.fields) : [];
    if (words.length === 0) {
      this.problems.delete(uri);
      return;
    }
    const document = documentOf(uri);
    this.problems.set(
      uri,
      words.map((sentence) => {
        const line = Math.max(0, Math.min(lineNamed(sentence) ?? 1, document?.lineCount ?? 1) - 1);
        const range = document?.lineAt(line).range ?? new vscode.Range(line, 0, line, 0);
        const problem = new vscode.Diagnostic(range, sentence.slice(0, 1_000), vscode.DiagnosticSeverity.Error);
        problem.source = 'Laravel Forge';
        return problem;
      }),
    );
    if (!fileKinds[source.kind].isSecret && document) {
      void vscode.commands.executeCommand('editor.action.marker.next').then(undefined, () => undefined);
    }
  }

  tell(uri: vscode.Uri, source: FileSource, outcome: Outcome, overwritten?: string): void {
    const name = nameOf(uri);
    const entry = entryOf(this.fleet, source);
    const place = placeName(entry);
    const inForge = entry ? [steps.openInForge(targetOf(entry))] : [];
    switch (outcome) {
      case 'superseded':
        return;
      case 'changed':
        void this.showChanged(uri, source, place, overwritten);
        return;
      case 'overtook':
        void this.showOverwritten(
          l10n.t(
            '{0} of {1} was changed by someone else at the same moment. Your version overwrote theirs.',
            name,
            place,
          ),
          uri,
          source,
          overwritten,
          l10n.t('{0}: Theirs ↔ Yours', name),
        );
        return;
      case 'unseen':
        void offer(
          'warning',
          l10n.t(
            "Forge accepted your change to {0} of {1}, but it couldn't be verified. Reopen the file later to check.",
            name,
            place,
          ),
          inForge,
        );
        return;
      case 'pending':
        void offer(
          'warning',
          l10n.t(
            'Forge accepted your change to {0} a minute ago, but {1} still has the old version. Check in Forge for errors.',
            name,
            place,
          ),
          inForge,
        );
        return;
      case 'applied':
        void this.offerNext(name, place, source);
    }
  }

  dispose(): void {
    this.listeners.dispose();
    this.problems.dispose();
  }

  /** Reports which version is where. */
  private async showChanged(
    uri: vscode.Uri,
    source: FileSource,
    place: string,
    ours: string | undefined,
  ): Promise<void> {
    const name = nameOf(uri);
    const document = documentOf(uri);
    if (document?.isDirty) {
      // VS Code's own comparison comes with the next save.
      void offer(
        'warning',
        l10n.t(
          '{0} of {1} was changed by someone else right after you saved. The editor shows your version; save again to compare or overwrite.',
          name,
          place,
        ),
        [steps.save(uri)],
      );
      return;
    }
    await this.showOverwritten(
      document
        ? l10n.t(
            '{0} of {1} was changed by someone else right after you saved. The editor shows their version; undo to restore yours.',
            name,
            place,
          )
        : l10n.t(
            '{0} of {1} was changed by someone else right after you saved. Your version is no longer on the server.',
            name,
            place,
          ),
      uri,
      source,
      ours,
      l10n.t('{0}: Yours ↔ Theirs', name),
      document ? [steps.undo(uri)] : [],
    );
  }

  /** Shows the message, and offers to compare the overwritten version with the current one. */
  private async showOverwritten(
    sentence: string,
    uri: vscode.Uri,
    source: FileSource,
    overwritten: string | undefined,
    title: string,
    more: readonly Step[] = [],
  ): Promise<void> {
    const compare = { label: l10n.t('Compare') };
    await offer('warning', sentence, overwritten === undefined ? more : [compare, ...more], async () => {
      const { signal } = entryOf(this.fleet, source)?.account ?? {};
      const old = this.texts.show(uri.path, overwritten ?? '', fileKinds[source.kind].language, signal);
      await vscode.commands.executeCommand('vscode.diff', old, uri, title);
    });
  }

  private async offerNext(name: string, place: string, source: FileSource): Promise<void> {
    const entry = entryOf(this.fleet, source);
    const site = entry && 'site' in entry ? entry : undefined;
    const offered = site ? this.nextOf(site, source) : [];
    if (!site || offered.length === 0) {
      sayBriefly(l10n.t('Saved {0} of {1}.', name, place));
      return;
    }
    const answer = await notify('information', describeNext(offered, name, place), ...offered.map(wordFor));
    switch (offered.find((step) => wordFor(step) === answer)) {
      case 'deploy':
        await runCommand(commands.deploySite, siteTarget(site));
        return;
      case 'cacheConfiguration':
        await runCommand(commands.cacheConfiguration, siteTarget(site));
        return;
      case 'restartNginx': {
        const server = serverOf(this.fleet, site);
        await runCommand(commands.restartNginx, server && serverTarget(server));
      }
    }
  }

  private nextOf(entry: SiteEntry, { kind }: FileSource): readonly NextStep[] {
    return fileKinds[kind].next.filter((step) => {
      switch (step) {
        case 'cacheConfiguration':
          return runsLaravel(entry.site.appType);
        case 'restartNginx':
          return serverOf(this.fleet, entry) !== undefined;
        default:
          return true;
      }
    });
  }
}

function targetOf(entry: FileEntry): Target {
  return 'site' in entry ? siteTarget(entry) : serverTarget(entry);
}

/** The name of a file's site or server; Forge's own where it is gone. */
function placeName(entry: ReturnType<typeof entryOf>): string {
  return entry ? nameOfEntry(entry) : 'Forge';
}

/** The name of a file in a message that also names its site or server. */
function nameOf({ path }: vscode.Uri): string {
  return path.slice(path.lastIndexOf('/') + 1, path.lastIndexOf(placeMark));
}

function runsLaravel(appType: string | null): boolean {
  return appType === null || /laravel|statamic/i.test(appType);
}

function wordFor(step: NextStep): string {
  switch (step) {
    case 'deploy':
      return l10n.t('Deploy…');
    case 'cacheConfiguration':
      return l10n.t('Run config:cache');
    case 'restartNginx':
      return l10n.t('Restart Nginx…');
  }
}

function describeNext(offered: readonly NextStep[], name: string, place: string): string {
  if (offered.includes('restartNginx')) {
    return l10n.t('Saved {0} of {1}. Restart Nginx to apply all changes.', name, place);
  }
  return offered.includes('cacheConfiguration')
    ? l10n.t('Saved {0} of {1}. If the configuration is cached, run config:cache or deploy to apply it.', name, place)
    : l10n.t('Saved {0} of {1}. The next deployment will use it.', name, place);
}

/** The changes by key, without values. */
async function describeKeys(before: string, after: string): Promise<string> {
  const { differs, onlyLeft, onlyRight } = await inSlices(compareKeys(before, after));
  const list = (keys: readonly string[]) =>
    keys.length > mostKeys
      ? l10n.t('{0} and {1} more', keys.slice(0, mostKeys).join(', '), keys.length - mostKeys)
      : keys.join(', ');
  const parts = [
    differs.length > 0 ? l10n.t('Changes {0}.', list(differs)) : undefined,
    onlyRight.length > 0 ? l10n.t('Adds {0}.', list(onlyRight)) : undefined,
    onlyLeft.length > 0 ? l10n.t('Removes {0}.', list(onlyLeft)) : undefined,
  ].filter((part) => part !== undefined);
  return parts.length > 0 ? parts.join(' ') : l10n.t('Changes only formatting, no values.');
}

/** The line number in a message, from 1: "… in /etc/nginx/…:12" or "line 12". */
function lineNamed(sentence: string): number | undefined {
  const match = /:(\d+)\s*$|\bline (\d+)/im.exec(sentence);
  return match ? Number(match[1] ?? match[2]) : undefined;
}
