import * as vscode from 'vscode';

/** The id of an icon that spins, unless VS Code is set to reduce motion, which doesn't stop the icons of extensions. */
export function spinning(icon: string): string {
  return vscode.workspace.getConfiguration().get('workbench.reduceMotion') === 'on' ? icon : `${icon}~spin`;
}
