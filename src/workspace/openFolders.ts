import type * as vscode from 'vscode';
import type { Event } from '../forge/emitter';

/** What is open in the window, as far as it decides which sites it is about. */
export interface OpenFolders {
  /** Whether there is any. */
  readonly isAny: boolean;
  /** The sites that the setting `forge.site` of a folder names. */
  readonly namedSites: readonly { readonly root: vscode.Uri; readonly name: string }[];
  /** The active file, if it is in an open folder; undefined for a log, a diff or none at all. */
  readonly activeFile: vscode.Uri | undefined;
  /** One of these may have changed. */
  readonly onDidChange: Event<unknown>;
}
