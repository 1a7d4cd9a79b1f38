import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { Fleet } from '../fleet/fleet';
import { type FolderSites, pickSite } from '../fleet/pick';
import type { RecentSites } from '../fleet/recentSites';
import type { SiteEntry } from '../fleet/rows';
import { commands } from '../manifest';
import { documentOf } from '../ui/documentOf';
import { pickRow } from '../ui/pickRow';
import { PlainError } from '../ui/plainError';
import { runCommand } from '../ui/run';
import { confirm, notify, whileSaying } from '../ui/say';
import { inSlices } from '../ui/slices';
import { steps } from '../ui/steps';
import { siteTarget } from '../ui/target';
import { textOfFile } from '../ui/textOfFile';
import { askForValue } from './askForValue';
import { compareKeys, maskedSides } from './compareKeys';
import { isKey, valuesOf, withLines, withValue, writtenValuesOf } from './environmentText';
import { fileKinds } from './fileKinds';
import { addressOf, showFile } from './openFile';
import { SaveError } from './remoteFile';
import type { RemoteFiles } from './remoteFiles';
import type { ShownTexts } from './shownTexts';

/** The files to look for at the root of each folder. */
const localNames = ['.env', '.env.example'] as const;

interface SourceText {
  readonly name: string;
  readonly text: string;
}

/** Commands on a site's .env, besides editing it. Its values never leave memory. */
export class EnvironmentCommands {
  constructor(
    private readonly fleet: Fleet,
    private readonly recent: RecentSites,
    private readonly folder: FolderSites,
    private readonly files: RemoteFiles,
    private readonly texts: ShownTexts,
  ) {}

  /** Compares the .env of the folder with that of the site, by keys. */
  async compareWithLocal(entry: SiteEntry): Promise<void> {
    const local = await this.pickLocal();
    if (local) {
      await this.compare(local, entry);
    }
  }

  /** Compares the .env of two sites, by keys. */
  async compareWithSite(entry: SiteEntry): Promise<void> {
    const other = await this.pickOther(entry);
    if (other) {
      await this.compare(other, entry);
    }
  }

  /** Adds missing keys from another .env to the document of a site's .env, without saving it. */
  async addMissingKeys(entry: SiteEntry): Promise<void> {
    const site = entry.site.name;
    const from = await vscode.window.showQuickPick(
      [
        pickRow({ icon: 'folder', label: l10n.t('Local .env') }, { pick: () => this.pickLocal() }),
        pickRow({ icon: 'globe', label: l10n.t('Another Site…') }, { pick: () => this.pickOther(entry) }),
      ],
      { title: l10n.t('Add Missing Keys to {0}', site), placeHolder: l10n.t('Select the .env to add keys from') },
    );
    const source = await from?.pick();
    if (source) {
      await this.addFrom(source, entry);
    }
  }

  /** Sets one key of a site's .env, without a document, so that VS Code makes no backup. */
  async setValue(entry: SiteEntry): Promise<void> {
    await entry.api.require(fileKinds.environment.read, fileKinds.environment.write);
    const uri = addressOf(entry, 'environment');
    if (documentOf(uri)?.isDirty) {
      throw new PlainError(
        l10n.t('This .env has unsaved changes. Save or revert them first.'),
        steps.save(uri),
        steps.revert(uri),
      );
    }
    const key = await pickKey([...(await inSlices(valuesOf(await this.files.text(uri)))).keys()], entry);
    if (key === undefined) {
      return;
    }
    const value = await askForValue(key, entry.site.name);
    if (value === undefined) {
      return;
    }
    const isSure = await confirm(
      l10n.t('Set {0} of {1}?', key, entry.site.name),
      l10n.t("Updates this key in the server's .env immediately. Other keys aren't changed."),
      l10n.t('Set Value'),
    );
    if (!isSure) {
      return;
    }
    await whileSaying(l10n.t('Setting {0}…', key), () =>
      this.files.change(uri, (text) => inSlices(withValue(text, key, value))).catch(asValue),
    );
  }

  private async compare(left: SourceText, entry: SiteEntry): Promise<void> {
    const right = await this.textOf(entry);
    const site = entry.site.name;
    const notes = { another: l10n.t('(different value)'), missing: (key: string) => l10n.t('{0} (missing)', key) };
    const sides = await inSlices(maskedSides(left.text, right, notes));
    const show = (name: string, side: string) =>
      this.texts.show(`/${name.replaceAll('/', '-')}/keys of .env`, side, 'plaintext', entry.account.signal);
    const [one, other] = [show(left.name, sides[0]), show(site, sides[1])];
    const title = l10n.t('{0} ↔ {1}: .env Keys', left.name, site);
    await vscode.commands.executeCommand('vscode.diff', one, other, title, { preview: true });
    const { differs, onlyLeft, onlyRight } = await inSlices(compareKeys(left.text, right));
    const add = l10n.t('Add Missing Keys…');
    const only = [onlyLeft.length, left.name, onlyRight.length, site] as const;
    const told =
      differs.length === 1
        ? l10n.t('1 key differs, {0} only in {1}, {2} only in {3}.', ...only)
        : l10n.t('{0} keys differ, {1} only in {2}, {3} only in {4}.', differs.length, ...only);
    const answer = await notify('information', told, onlyLeft.length > 0 ? add : undefined);
    if (answer === add) {
      await runCommand(commands.addMissingKeys, siteTarget(entry));
    }
  }

  private async addFrom(source: SourceText, entry: SiteEntry): Promise<void> {
    await entry.api.require(fileKinds.environment.write);
    const site = entry.site.name;
    const { onlyLeft: missing } = await inSlices(compareKeys(source.text, await this.textOf(entry)));
    if (missing.length === 0) {
      void notify('information', l10n.t('{0} already has all keys of {1}.', site, source.name));
      return;
    }
    const keys = await vscode.window.showQuickPick(
      missing.map((label) => ({ label, picked: true })),
      {
        canPickMany: true,
        title: l10n.t('Add Missing Keys to {0}', site),
        placeHolder: l10n.t('Keys in {0} that are missing in {1}', source.name, site),
      },
    );
    if (!keys || keys.length === 0) {
      return;
    }
    const withValues = {
      label: l10n.t('With Values'),
      detail: l10n.t('Copies the values from {0}.', source.name),
    };
    const empty = { label: l10n.t('Empty'), detail: l10n.t('Fill in the values yourself.') };
    const how = await vscode.window.showQuickPick([empty, withValues], {
      title: l10n.t('Add Missing Keys to {0}', site),
    });
    if (!how) {
      return;
    }
    const written = how === withValues ? await inSlices(writtenValuesOf(source.text)) : new Map<string, string>();
    const lines = keys.map(({ label }) => `${label}=${written.get(label) ?? ''}`);
    const uri = addressOf(entry, 'environment');
    await showFile(this.files, uri);
    const document = documentOf(uri);
    if (!document) {
      return;
    }
    if (!this.files.isEditable(uri)) {
      await vscode.commands.executeCommand(commands.allowEditing, uri);
    }
    const text = document.getText();
    const edit = new vscode.WorkspaceEdit();
    edit.insert(uri, document.positionAt(text.length), withLines(text, lines).slice(text.length));
    await vscode.workspace.applyEdit(edit);
  }

  /** The text of a site's .env: that of its document if it is open, or else loaded. */
  private async textOf(entry: SiteEntry): Promise<string> {
    const uri = addressOf(entry, 'environment');
    return documentOf(uri)?.getText() ?? this.files.text(uri);
  }

  private async pickOther({ key }: SiteEntry): Promise<SourceText | undefined> {
    const { folder } = this;
    const others: FolderSites = {
      ready: folder.ready,
      onDidChange: folder.onDidChange,
      isOpen: folder.isOpen,
      get sites() {
        return folder.sites.filter((site) => site.key !== key);
      },
    };
    const other = await pickSite(this.fleet, this.recent, others, l10n.t('Compare with Another Site'));
    if (other?.key === key) {
      throw new PlainError(l10n.t("That's the same site. Select a different one."));
    }
    return other && { name: other.site.name, text: await this.textOf(other) };
  }

  /** @throws PlainError if no folder of the workspace has one. */
  private async pickLocal(): Promise<SourceText | undefined> {
    const candidates = (vscode.workspace.workspaceFolders ?? []).flatMap(({ uri }) =>
      localNames.map((name) => vscode.Uri.joinPath(uri, name)),
    );
    const there = await Promise.all(
      candidates.map((uri) =>
        vscode.workspace.fs.stat(uri).then(
          () => true,
          () => false,
        ),
      ),
    );
    const items = candidates
      .filter((_, index) => there[index])
      .map((uri) => pickRow({ label: vscode.workspace.asRelativePath(uri) }, { uri }));
    if (items.length === 0) {
      throw new PlainError(l10n.t("No .env found in this workspace's folders."), steps.openFolder());
    }
    const [only] = items;
    const item =
      items.length === 1 ? only : await vscode.window.showQuickPick(items, { title: l10n.t('Select a local .env') });
    if (!item) {
      return undefined;
    }
    return { name: l10n.t('local {0}', item.label), text: await textOfFile(item.uri) };
  }
}

async function pickKey(keys: readonly string[], { site }: SiteEntry): Promise<string | undefined> {
  const other: vscode.QuickPickItem = pickRow({ icon: 'add', label: l10n.t('New Key…') }, { alwaysShow: true });
  const title = l10n.t('Set .env Value of {0}', site.name);
  const choice = await vscode.window.showQuickPick([...keys.map((label): vscode.QuickPickItem => ({ label })), other], {
    title,
    placeHolder: l10n.t('Select a key'),
  });
  if (choice !== other) {
    return choice?.label;
  }
  return vscode.window.showInputBox({
    title,
    prompt: l10n.t('Key name, such as APP_DEBUG'),
    validateInput: (name) =>
      isKey(name) ? undefined : l10n.t('Use letters, digits and underscores, starting with a letter.'),
  });
}

/** @throws the error, worded for setting a value. */
function asValue(error: unknown): never {
  if (!(error instanceof SaveError)) {
    throw error;
  }
  throw new PlainError(
    error.problem === 'changed'
      ? l10n.t('Someone else just changed this .env. Try again.')
      : l10n.t("Forge didn't confirm the change, and the server still has the old value. Try again."),
    steps.tryAgain(),
  );
}
