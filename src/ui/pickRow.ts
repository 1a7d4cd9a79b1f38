import * as vscode from 'vscode';
import { withoutIcons } from './inertText';

interface Texts {
  readonly label: string;
  readonly description?: string | null | undefined;
  readonly detail?: string | null | undefined;
  /** A codicon before the label. It is no part of the text, so that nobody hears its name. */
  readonly icon?: string | vscode.ThemeIcon;
}

/**
 * A row of a picker. Whatever names are in its texts, none of them becomes an icon.
 * @param more what else VS Code or whoever asks wants to know of it
 */
export function pickRow<More extends object>(
  { label, description, detail, icon }: Texts,
  more?: More,
): vscode.QuickPickItem & More {
  return {
    label: withoutIcons(label),
    ...(description && { description: withoutIcons(description) }),
    ...(detail && { detail: withoutIcons(detail) }),
    ...(icon && { iconPath: typeof icon === 'string' ? new vscode.ThemeIcon(icon) : icon }),
    ...(more as More),
  };
}

/** A heading above rows of a picker. */
export function pickHeading(label: string): vscode.QuickPickItem {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}
