// Saves a large snapshot of an account into a folder and prints what was logged of it, as JSON. A process of its own, so that
// one can limit what it may write.
import { Snapshots } from '../../../src/fleet/snapshots';
import { Clock } from '../../../src/forge/clock';
import { readOne, readSite } from '../../../src/forge/resources';
import { Log } from '../../../src/ui/log';

const [folder = '', account = ''] = process.argv.slice(2);
const logged: string[] = [];
const write = (line: string) => logged.push(line);
const snapshots = new Snapshots(
  folder,
  new Clock(),
  new Log({ debug: write, warn: write, error: write, show: () => undefined }),
);
const sites = Array.from({ length: 1_000 }, (_, index) =>
  readOne({ data: { id: String(index), attributes: { name: `site-${index}.example.com` } } }, readSite),
);
const organizations = [{ organization: { id: '1', name: 'Acme', slug: 'acme' }, servers: [], sites }];
const times = { refreshedAt: 2, begunAt: 1, listedAt: 2, feedMissedAt: null };
void snapshots.save(account, () => ({ ...times, organizations })).then(() => console.log(JSON.stringify(logged)));
