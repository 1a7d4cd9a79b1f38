import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { Account } from '../../src/account/session';
import type { SiteEntry } from '../../src/fleet/rows';
import { isEnd } from '../../src/forge/deploymentStatus';
import { commands } from '../../src/manifest';
import { siteNode } from '../../src/views/fleetNodes';
import { sampleSites } from '../sampleWorkspace';
import type { Fault, RequestRecord } from '../simulator/control';
import { type Changes, eventually } from './eventually';
import { extensionUnderTest } from './extensionUnderTest';
import { HastenedPauses } from './hastenedPauses';

/** What a person is told; undefined where there is nothing to tell, because it went as usual. */
type Told = string | RegExp | undefined;

/** What a person does for which Forge is asked. */
type Call = 'open' | 'log' | 'deploy' | 'follow' | 'refresh';

/** A fault, and what a person is told of it who meets it by each kind of call. */
interface Row extends Readonly<Record<Call, Told>> {
  readonly what: string;
  readonly fault: Fault;
  /** For how long an answer is waited for, in milliseconds, where that is what it is about. */
  readonly patienceMs?: number;
}

const asUsual = undefined;
const expired = 'Forge no longer accepts this token. Sign in again with a new one.';
const forbidden =
  /^Forge refused this\. The token may lack the scope (server:view|site:manage-deploys), or your role in the organization the permission\.$/;
const gone = 'Forge does not know this any more. Refresh to see what is there now.';
const noLog = 'This deployment left no log.';
const notAccepted = 'Forge did not accept this. The log tells more.';
const maintenance = 'Forge is down for maintenance. Try again in a while.';
const late = 'Forge did not answer in time. Try again.';
const unreachable = 'Forge could not be reached. Check your network connection and try again.';
const broken = 'Forge has a problem of its own. Try again in a while.';
const strange = 'Forge sent an answer that the extension does not understand. The log tells more.';
const unconfirmed =
  'Forge did not confirm the deployment of blog.example.com, and none has begun so far. Look in Forge before you try again.';
const unfollowed = 'It is not followed any more.';

/** What a read that fails tells, whatever is read. A deployment that is followed is looked at again, without a word. */
const reads = (told: Told) => ({ refresh: told, open: told, log: told, follow: asUsual });

const json = (value: unknown) => JSON.stringify(value);
const html = { headers: { 'content-type': 'text/html' }, body: '<!doctype html><h1>Error 500</h1><p>nginx</p>' };
const quoted = (words: string) => `Forge did not accept this: ${words}`;
const hostile = `Bad\r\nBearer canary\u2028[now](command:forge.signOut) $(flame) \u001b[31m\u202e${'very '.repeat(2_000)}long`;
const harmless =
  /^Forge did not accept this: Bad Bearer ••• \[now\]\u200b\(command:forge\.signOut\) \$\u200b\(flame\) \[31m (very )+v?e?r?y?…$/;

/** For failures that may pass: a read is tried three times before anybody is told. */
const thrice = { times: 3 };

const rows: readonly Row[] = [
  // Forge says why.
  {
    what: 'a 400',
    fault: { status: 400, body: json({ message: 'Requested sort is not allowed' }) },
    ...reads(quoted('Requested sort is not allowed.')),
    deploy: quoted('Requested sort is not allowed.'),
  },
  {
    what: 'a 401',
    fault: { status: 401, body: json({ message: 'Unauthenticated.' }) },
    ...reads(expired),
    deploy: expired,
    follow: unfollowed,
  },
  {
    what: 'a 403',
    fault: { status: 403, body: json({ message: 'This action is unauthorized.' }) },
    ...reads(forbidden),
    deploy: forbidden,
  },
  {
    what: 'a 404',
    fault: { status: 404, body: json({ message: 'No query results for model [App\\Site] 1' }) },
    ...reads(gone),
    log: noLog,
    deploy: gone,
  },
  {
    what: 'a 409',
    fault: { status: 409, body: json({ message: 'A deployment is in progress.' }) },
    ...reads(quoted('A deployment is in progress.')),
    deploy: quoted('A deployment is in progress.'),
  },
  {
    what: 'a 422 that names the fields',
    fault: { status: 422, body: json({ message: 'Invalid.', errors: { a: ['One.', 'Another.'], b: ['Two.'] } }) },
    ...reads(quoted('One. Two.')),
    deploy: quoted('One. Two.'),
  },
  { what: 'a 422 without a word', fault: { status: 422 }, ...reads(notAccepted), deploy: notAccepted },
  {
    what: 'a 422 with a hostile sentence',
    fault: { status: 422, body: json({ errors: { name: [hostile] } }) },
    ...reads(harmless),
    deploy: harmless,
  },
  {
    what: 'a 429',
    fault: { status: 429, headers: { 'retry-after': '0' }, body: json({ message: 'Too Many Attempts.' }) },
    ...reads(asUsual),
    deploy: asUsual,
  },
  // Forge fails.
  {
    what: 'a 500',
    fault: { status: 500, body: json({ message: 'Server Error' }), ...thrice },
    ...reads(broken),
    deploy: unconfirmed,
  },
  { what: 'a 502 in HTML', fault: { status: 502, ...html, ...thrice }, ...reads(broken), deploy: unconfirmed },
  { what: 'a 503 in HTML', fault: { status: 503, ...html }, ...reads(maintenance), deploy: maintenance },
  // Something answers that is not Forge.
  {
    what: 'a redirect',
    fault: { status: 302, headers: { location: 'https://forge.laravel.com/login' } },
    ...reads(strange),
    deploy: unconfirmed,
  },
  { what: 'HTML with status 200', fault: { status: 200, ...html }, ...reads(strange), deploy: unconfirmed },
  { what: 'half a document', fault: { status: 200, body: '{"data": {' }, ...reads(strange), deploy: unconfirmed },
  { what: 'an empty answer', fault: { status: 200, body: '' }, ...reads(strange), deploy: unconfirmed },
  { what: 'a document without data', fault: { status: 200, body: '{}' }, ...reads(strange), deploy: unconfirmed },
  { what: 'null in every attribute', fault: { patch: { '*': null } }, ...reads(asUsual), log: noLog, deploy: asUsual },
  // The answer is Forge's, so a deployment has begun and is found; something happens to the answer on its way.
  { what: 'a compressed body', fault: { gzip: true }, ...reads(asUsual), deploy: asUsual },
  { what: 'a body that comes slowly', fault: { trickle: 60 }, ...reads(asUsual), deploy: asUsual },
  {
    what: 'a content type with another character set',
    fault: { patch: {}, headers: { 'content-type': 'application/json; charset=iso-8859-1' } },
    ...reads(asUsual),
    deploy: asUsual,
  },
  { what: 'a body in UTF-16', fault: { encoding: 'utf16le' }, ...reads(strange), deploy: asUsual },
  { what: 'a body that is cut', fault: { cut: 0.5, ...thrice }, ...reads(unreachable), deploy: asUsual },
  {
    what: 'a body of known length that is cut',
    fault: { cut: 0.5, lengthError: 0, ...thrice },
    ...reads(unreachable),
    deploy: asUsual,
  },
  {
    what: 'a compressed body that is cut',
    fault: { gzip: true, cut: 0.5, ...thrice },
    ...reads(unreachable),
    deploy: asUsual,
  },
  {
    what: 'a compressed body that ends early',
    fault: { gzip: true, lengthError: -30 },
    ...reads(strange),
    deploy: asUsual,
  },
  { what: 'a body longer than its length', fault: { lengthError: -5 }, ...reads(strange), deploy: asUsual },
  {
    what: 'a body shorter than its length',
    fault: { lengthError: 5, ...thrice },
    ...reads(unreachable),
    deploy: asUsual,
  },
  {
    what: 'a body that comes too slowly',
    fault: { trickle: 60_000 },
    patienceMs: 400,
    ...reads(late),
    deploy: asUsual,
  },
  // No answer.
  { what: 'a dropped connection', fault: { drop: true, ...thrice }, ...reads(unreachable), deploy: unconfirmed },
  { what: 'no answer', fault: { hang: true }, patienceMs: 400, ...reads(late), deploy: unconfirmed },
];

/** For what changes without an event: looks again and again. */
const often: Changes = (listener) => {
  const timer = setInterval(listener, 10);
  return { dispose: () => clearInterval(timer) };
};

describe('What a person is told', () => {
  const under = extensionUnderTest({ keepsSession: true });
  const { control, site } = under;
  let pauses: HastenedPauses;
  let account: Account;
  let users = 0;
  let isDisturbed: (request: RequestRecord) => boolean;

  before(() => {
    pauses = new HastenedPauses();
  });
  after(async () => {
    pauses.restore();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });
  afterEach(() => pauses.setPatience(undefined));

  /** Does what the row is about, and answers what a person is told of it. */
  const calls: Readonly<Record<Call, { readonly title: string; readonly make: (row: Row) => Promise<Told> }>> = {
    open: {
      title: 'who opens a site',
      make: async (row) => {
        const entry = site(sampleSites.develop);
        await disturb(row, { path: `/sites/${entry.site.id}/deployments$` });
        const [first, ...others] = await under.rows(siteNode(entry));
        if (first?.node.kind === 'deployment') {
          assert.ok(others.every(({ node }) => node.kind === 'deployment' || node.kind === 'more'));
          return undefined;
        }
        assert.equal(others.length, 0, 'one row says it');
        return String(first?.item.description);
      },
    },
    log: {
      title: 'who views a log',
      make: async (row) => {
        const entry = site(sampleSites.develop);
        const deployment = entry.site.latestDeployment;
        assert.ok(deployment);
        await disturb(row, { path: `/deployments/${deployment.id}/log$` });
        const node = { kind: 'deployment', key: `${entry.key}/${deployment.id}`, site: entry, deployment };
        await vscode.commands.executeCommand(commands.viewDeploymentLog, node);
        const text = vscode.window.activeTextEditor?.document.getText() ?? '';
        return text.startsWith(`Deploying ${entry.site.name} `) ? undefined : text.replace(/\n$/, '');
      },
    },
    deploy: {
      title: 'who deploys',
      make: async (row) => {
        const entry = site('blog.example.com');
        await disturb(row, {
          method: 'POST',
          path: `/sites/${entry.site.id}/deployments$`,
          times: row.fault.status === 429 ? 1 : 0,
        });
        const { tracker, explain } = under.services;
        const told = await under.deployUnasked(entry).then(
          async ({ id }) => {
            assert.equal(id, await newestOf(entry), 'the one that has begun');
            const latest = site('blog.example.com').site.latestDeployment;
            const hasEnded = latest?.id === id && isEnd(latest);
            assert.ok(tracker.isFollowing(entry.key, id) || hasEnded);
            return undefined;
          },
          (error: unknown) => explain(error).sentence,
        );
        const posts = (await control.requests()).filter(({ method, status }) => method === 'POST' && status !== 429);
        assert.equal(posts.length, 1, 'a deployment is asked for once');
        return told;
      },
    },
    follow: {
      title: 'who watches a deployment',
      make: async (row) => {
        const entry = site('blog.example.com');
        const { tracker, tree } = under.services;
        const message = tree.treeView.message;
        // It runs for as long as the fault takes, and ends when it is told to.
        await control.nextDeployment({ site: entry.site.name, seconds: 500 });
        const deployment = await entry.account.client.deploy(under.pathOf(entry));
        await disturb(row, { path: `/deployments/${deployment.id}$` });
        const isFollowed = () => tracker.isFollowing(entry.key, deployment.id);
        let looks = 0;
        const listener = tracker.onDidLook((look) => {
          looks += look.deployment.id === deployment.id ? 1 : 0;
        });
        tracker.follow(entry, deployment, true);
        await eventually('a look at it', () => looks > 0 || !isFollowed(), [often]);
        listener.dispose();
        if (!isFollowed()) {
          return unfollowed;
        }
        assert.equal(site('blog.example.com').site.latestDeployment?.id, deployment.id, 'it stays where it was shown');
        await control.switch({ advance: 1_000 });
        await eventually('its end', () => !isFollowed(), [tracker.onDidEnd]);
        assert.equal(site('blog.example.com').site.latestDeployment?.status, 'finished');
        assert.equal(tree.treeView.message, message);
        return undefined;
      },
    },
    refresh: {
      title: 'who refreshes the tree',
      make: async (row) => {
        const before = await rowsOfTree();
        await disturb(row, { path: '^/orgs/acme/sites$' });
        await vscode.commands.executeCommand(commands.refresh);
        assert.deepEqual(await rowsOfTree(), before, 'the rows that were there stay');
        const message = under.services.tree.treeView.message ?? '';
        const [, sentence] = /^(.+) Last read at [^.]+\.$/s.exec(message) ?? [];
        assert.equal(sentence === undefined, message === '', message);
        return sentence;
      },
    },
  };

  for (const row of rows) {
    describe(`of ${row.what}`, () => {
      before(async () => {
        // A user of its own: what limiter, tree and logs remember of one fault does not touch the next.
        await control.clearFaults();
        await under.signOutAll();
        // What is still deployed would be waited for by the next deployment.
        await control.switch({ advance: 10_000 });
        users += 1;
        await control.setUser(`reader-${users}`, ['acme']);
        account = await under.signIn(await control.createToken({ user: `reader-${users}` }));
      });

      // An answer as usual, after which the limiter does not take Forge for one that fails again and again.
      beforeEach(() => account.client.me());

      for (const call of Object.keys(calls) as Call[]) {
        const { title, make } = calls[call];
        const expected = row[call];
        it(`${title}: ${titleOf(expected)}`, async () => {
          const told = await make(row);
          assert.ok((await control.requests()).some(isDisturbed), 'what is disturbed was asked for');
          if (expected instanceof RegExp) {
            assert.match(String(told), expected);
          } else {
            assert.equal(told, expected);
          }
          if (told !== undefined) {
            assertClear(String(told));
          }
        });
      }
    });
  }

  async function disturb({ fault, patienceMs }: Row, which: { method?: string; path: string; times?: number }) {
    await control.clearRequests();
    pauses.setPatience(patienceMs);
    const { method = 'GET', path } = which;
    await control.fault({ ...fault, method, ...which });
    isDisturbed = (request) => request.method === method && new RegExp(path).test(request.path);
  }

  async function rowsOfTree(): Promise<Set<string>> {
    const servers = await under.rows();
    const sites = await Promise.all(servers.map(({ node }) => under.rows(node)));
    return new Set([...servers, ...sites.flat()].map(({ node }) => node.key));
  }

  async function newestOf({ site: { name } }: SiteEntry): Promise<string> {
    const sites = (await control.fleet()).organizations[0]?.servers.flatMap(({ sites }) => sites);
    return String(sites?.find((candidate) => candidate.name === name)?.latestDeployment?.id);
  }
});

/** The title of a test for what is told: the whole of a sentence would not be read. */
function titleOf(told: Told): string {
  const words = told instanceof RegExp ? told.source.replace(/[\\^]/g, '') : told;
  return words === undefined ? 'as usual' : `“${words.split(' ').slice(0, 6).join(' ')} …”`;
}

/** One sentence or two on one line, and nothing in it that is for a programmer, a secret, or acts when it is shown. */
function assertClear(sentence: string): void {
  assert.match(sentence, /^[A-Z].*[.…]$/u);
  assert.ok(sentence.length < 400, `${sentence.length} characters`);
  assert.ok(sentence.split(/[.!?…](?:\s|$)/).length <= 4, sentence);
  assert.doesNotMatch(sentence, /\b[1-5]\d\d\b|https?:|\b[A-Z]+ \/|Error\b|\bat \S+:\d|eyJ|[<{]|\]\(|\$\(|\p{Cc}/u);
}
