import type * as vscode from 'vscode';
import type { Event } from '../forge/emitter';

/** What the window has open, as far as it decides which sites it is about. */
export interface OpenFolders {
  /** The sites that the setting `forge.site` of a folder names. */
  readonly namedSites: readonly { readonly root: vscode.Uri; readonly name: string }[];
  /** The file in front, where it lies in an open folder; undefined for a log, a diff or none at all. */
  readonly activeFile: vscode.Uri | undefined;
  /** One of these may be another now. */
  readonly onDidChange: Event<unknown>;
}
