import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';

/** Asks for the value of a key. It is hidden until the user looks at it. @returns undefined if the box was closed */
export function askForValue(key: string, site: string): Promise<string | undefined> {
  const box = vscode.window.createInputBox();
  const look: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('eye'),
    tooltip: l10n.t('Show Value'),
  };
  const cover: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon('eye-closed'),
    tooltip: l10n.t('Hide Value'),
  };
  const hide = (isHidden: boolean) => {
    box.password = isHidden;
    box.buttons = [isHidden ? look : cover];
  };
  box.title = l10n.t({ message: '{0} of {1}', args: [key, site], comment: ['A key in the .env of a site.'] });
  box.prompt = l10n.t("New value (without quotes). It's only sent to Forge.");
  box.ignoreFocusOut = true;
  hide(true);
  return new Promise((resolve) => {
    box.onDidTriggerButton((button) => hide(button === cover));
    box.onDidAccept(() => {
      resolve(box.value);
      box.hide();
    });
    box.onDidHide(() => {
      box.dispose();
      resolve(undefined);
    });
    box.show();
  });
}
