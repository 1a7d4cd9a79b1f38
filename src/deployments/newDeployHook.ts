import type { SiteEntry } from '../fleet/rows';
import { sendOnce } from '../ui/sendOnce';
import { siteTarget } from '../ui/target';

/** Replaces a site's deploy hook URL. @returns the new one, also if Forge didn't confirm the change. @throws ForgeError, PlainError */
export async function newDeployHook(entry: SiteEntry): Promise<string> {
  const read = () => entry.api.call('showDeployHook');
  const before = await read();
  let now = before;
  const made = await sendOnce(
    { name: entry.site.name, target: siteTarget(entry) },
    () => entry.api.call('regenerateDeployHook'),
    async () => {
      now = await read();
      return now !== before;
    },
  );
  return made ?? now;
}
