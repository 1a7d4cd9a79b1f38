import * as l10n from '@vscode/l10n';
import { fileKinds, readFileText } from '../files/fileKinds';
import { PlainError } from '../ui/plainError';
import { oneOf, text } from './input';
import { findSite } from './names';
import { defineTool } from './tool';

/** The files that a model may read. A .env is not among them: `compareEnvironment` tells its keys. */
const files = { deployScript: 'deployScript', nginx: 'nginx' } as const;

/** A site's deploy script or Nginx configuration. */
export const readFile = defineTool({
  input: { site: text, file: { ...oneOf(['deployScript', 'nginx']), isRequired: true } },
  run: async ({ site: name, file }, { parts, ask }) => {
    const site = await findSite(parts, name);
    const kind = fileKinds[files[file]];
    const document = await ask(site.account, (options) =>
      site.account.client.document(kind.read, site.api.path as never, options),
    );
    const found = readFileText(kind, document);
    if (!found) {
      throw new PlainError(l10n.t("Forge didn't return the contents of this file."));
    }
    return { of: site, data: [{ title: kind.path(''), text: found.text }] };
  },
});
