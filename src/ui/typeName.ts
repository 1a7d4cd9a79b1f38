import * as l10n from '@vscode/l10n';
import { withoutLinks } from './inertText';
import { askForText } from './say';

/**
 * Asks to type a name, before something that can't be undone.
 * @param place where it is, in parentheses
 * @returns whether it was typed
 */
export async function typesName(title: string, name: string, place?: string): Promise<boolean> {
  // A prompt may hold links, and these commands.
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
