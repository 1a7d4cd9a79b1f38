import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import { compareKeys } from '../files/compareKeys';
import { fileKinds, readFileText } from '../files/fileKinds';
import type { SiteEntry } from '../fleet/rows';
import { PlainError } from '../ui/plainError';
import { inSlices } from '../ui/slices';
import { steps } from '../ui/steps';
import { textOfFile } from '../ui/textOfFile';
import { oneOf, text } from './input';
import { findSite } from './names';
import { type AssistantParts, defineTool, type ToolCall } from './tool';

const localNames = ['.env.example', '.env'] as const;

/** Which keys of a site's .env differ from those of a local file or another site. Never tells a value. */
export const compareEnvironment = defineTool({
  input: { site: text, otherSite: text, local: oneOf(localNames) },
  run: async ({ site: name, otherSite, local = '.env.example' }, call) => {
    const site = await findSite(call.parts, name);
    const other = otherSite === undefined ? undefined : await findSite(call.parts, otherSite);
    const theirs = other ? await environmentOf(call, other) : await localText(call.parts, site, local);
    const keys = await inSlices(compareKeys(theirs, await environmentOf(call, site)));
    const against = other ? 'the other site' : local;
    return {
      of: site,
      notes: [
        `Compared with ${against}: ${keys.onlyLeft.length} keys are missing on the site, ${keys.onlyRight.length} are only there, ${keys.differs.length} have different values, ${keys.same.length} are equal.`,
        'Values are never told, and no tool can set them: the person uses the command "Forge: Set .env Value…" or "Forge: Add Missing Keys to .env…".',
      ],
      data: [
        { title: `keys of ${against} that the site's .env lacks`, text: namesOf(keys.onlyLeft) },
        { title: "keys only in the site's .env", text: namesOf(keys.onlyRight) },
        { title: 'keys with different values', text: namesOf(keys.differs) },
      ],
    };
  },
});

/** Only names that look like those of settings: in a malformed .env, a part of a value may be read as a key. */
function namesOf(keys: readonly string[]): readonly string[] {
  const usual = keys.filter((key) => /^[A-Z][A-Z0-9_]{0,60}$|^[a-z][a-z_]{0,40}$/.test(key));
  const unusual = keys.length - usual.length;
  return [...usual, ...(unusual > 0 ? [`and ${unusual} with unusual names`] : [])];
}

/** @throws ForgeError */
async function environmentOf({ ask }: ToolCall, { account, api }: SiteEntry): Promise<string> {
  const kind = fileKinds.environment;
  const document = await ask(account, (options) => account.client.document(kind.read, api.path as never, options));
  const found = readFileText(kind, document);
  if (!found) {
    throw new PlainError(l10n.t("Forge didn't return the contents of this file."));
  }
  return found.text;
}

/** The local file in the folder of the site, or else in the only folder that has one. @throws PlainError */
async function localText({ linked }: AssistantParts, site: SiteEntry, name: string): Promise<string> {
  const root = linked.roots.find(({ sites }) => sites.some(({ key }) => key === site.key))?.root;
  const folders = [...(root ? [root] : []), ...(vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri)];
  for (const folder of folders) {
    try {
      return await textOfFile(vscode.Uri.joinPath(folder, name));
    } catch (error) {
      if (error instanceof PlainError) {
        throw error;
      }
      // This folder has none.
    }
  }
  throw new PlainError(l10n.t("No {0} found in this workspace's folders.", name), steps.openFolder());
}
