import * as vscode from 'vscode';
import { withoutIcons } from './inertText';

interface Texts {
  readonly label: string;
  readonly description?: string | null | undefined;
  readonly detail?: string | null | undefined;
  /** A codicon before the label. It isn't part of the text, so screen readers don't read its name. */
  readonly icon?: string | vscode.ThemeIcon;
}

/**
 * A row of a picker. Nothing in its texts becomes an icon.
 * @param more further properties, for VS Code or the caller
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

/** A heading in a picker. */
export function pickHeading(label: string): vscode.QuickPickItem {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}
