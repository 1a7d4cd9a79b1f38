import * as l10n from '@vscode/l10n';
import { withoutLinks } from './inertText';
import { askForText } from './say';

/**
 * Asks the user to type a name to confirm something that can't be undone.
 * @param place where it is; shown in parentheses
 * @returns false if the user canceled
 */
export async function typesName(title: string, name: string, place?: string): Promise<boolean> {
  // VS Code renders links in a prompt, and links can run commands.
  const harmless = withoutLinks(name);
  const typed = await askForText({
    title,
    prompt:
      place === undefined
        ? l10n.t('Type {0} to confirm', harmless)
        : l10n.t('Type {0} to confirm ({1})', harmless, withoutLinks(place)),
    placeholder: name,
    problem: (text) => (text === name ? undefined : l10n.t("Doesn't match {0}.", harmless)),
    mayBecomeRight: (text) => name.startsWith(text),
  });
  return typed !== undefined;
}
