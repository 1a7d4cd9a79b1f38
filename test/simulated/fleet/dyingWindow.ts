// Another window, as a process of its own so that it can be killed: it takes the lease, reads an organization's sites as a
// window does, and tells of the lease and of each page.
import { takeLease } from '../../../src/fleet/takeLease';
import { ForgeClient } from '../../../src/forge/client';
import { Clock } from '../../../src/forge/clock';
import { Limiter } from '../../../src/forge/limiter';
import { Log } from '../../../src/ui/log';

/** What it is sent. */
export interface Task {
  readonly apiUrl: string;
  readonly token: string;
  readonly userAgent: string;
  readonly organization: string;
  /** The account's snapshot. */
  readonly file: string;
}

/** What it tells: whether it has the lease, then the sites of each page. */
export type Told = { readonly leased: boolean } | { readonly sites: number };

process.once('message', async ({ apiUrl, token, userAgent, organization, file }: Task) => {
  const tell = (told: Told) => process.send?.(told);
  const log = new Log({ ...console, show: () => undefined });
  tell({ leased: (await takeLease(file, new Clock(), log)) !== undefined });
  const client = new ForgeClient({
    apiUrl,
    token: () => token,
    limiter: new Limiter({ clock: new Clock() }),
    userAgent,
  });
  for await (const { items } of client.list('listSites', { organization })) {
    tell({ sites: items.length });
  }
});
