import assert from 'node:assert/strict';
import type { Fault } from './simulator/control';

/** What a person is told; undefined where there is nothing to tell, because it went as usual. */
export type Told = string | RegExp | undefined;

/** What a person does for which Forge is asked. */
export type Call = 'open' | 'log' | 'deploy' | 'follow' | 'refresh';

/** A fault, and what a person is told of it who meets it by each kind of call. */
export interface Row extends Readonly<Record<Call, Told>> {
  readonly what: string;
  readonly fault: Fault;
  /** Whether it is about an answer that does not come in time, so that somebody's patience has to end. */
  readonly isLate?: boolean;
}

const asUsual = undefined;
const expired = 'Forge no longer accepts your token. Create a new one, then sign in again.';
const forbidden =
  /^Forge refused this\. Your token may be missing the scope (server:view|site:manage-deploys), or your role in the organization may not allow it\.$/;
const gone = 'This no longer exists in Forge. Refresh to update the view.';
const noLog = 'This deployment has no log.';
const notAccepted = 'Forge rejected this. See the log for details.';
const maintenance = 'Forge is down for maintenance. Try again later.';
const late = "Forge didn't respond in time. Try again.";
const unreachable = "Can't reach Forge. Check your network connection and try again.";
const broken = 'Forge returned a server error. Try again later.';
const strange = 'Forge returned an unexpected response. See the log for details.';
const unconfirmed =
  "Forge didn't confirm the deployment of blog.example.com, and none has started so far. Check in Forge before trying again.";
export const unfollowed = 'It is not followed any more.';

/** What a read that fails tells, whatever is read. A deployment that is followed is looked at again, without a word. */
const reads = (told: Told) => ({ refresh: told, open: told, log: told, follow: asUsual });

const json = (value: unknown) => JSON.stringify(value);
const html = { headers: { 'content-type': 'text/html' }, body: '<!doctype html><h1>Error 500</h1><p>nginx</p>' };
const quoted = (words: string) => `Forge rejected this: ${words}`;
const hostile = `Bad\r\nBearer canary\u2028[now](command:forge.signOut) $(flame) \u001b[31m\u202e${'very '.repeat(2_000)}long`;
const harmless =
  /^Forge rejected this: Bad Bearer ••• \[now\]\u200b\(command:forge\.signOut\) \$\u200b\(flame\) \[31m (very )+v?e?r?y?…$/;

/** For failures that may pass: a read is tried three times before anybody is told. */
const thrice = { times: 3 };

/** All faults, and what is told of them. */
export const faultRows: readonly Row[] = [
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
    fault: { patch: {}, headers: { connection: 'close' }, lengthError: 5, ...thrice },
    ...reads(unreachable),
    deploy: asUsual,
  },
  {
    what: 'a body that comes too slowly',
    fault: { trickle: 60_000 },
    isLate: true,
    ...reads(late),
    deploy: asUsual,
  },
  {
    what: 'a body that never comes to its length',
    fault: { lengthError: 5 },
    isLate: true,
    ...reads(late),
    deploy: asUsual,
  },
  // No answer.
  { what: 'a dropped connection', fault: { drop: true, ...thrice }, ...reads(unreachable), deploy: unconfirmed },
  { what: 'no answer', fault: { hang: true }, isLate: true, ...reads(late), deploy: unconfirmed },
];

/**
 * The first row of each kind of fault and of each sentence that a failed read has: what each is told where VS Code shows it need not be
 * tried more often.
 */
export const sampleFaultRows: readonly Row[] = faultRows.filter(
  (row, index) =>
    !faultRows.slice(0, index).some((other) => kindOf(other) === kindOf(row)) ||
    !faultRows.slice(0, index).some((other) => String(other.open) === String(row.open)),
);

function kindOf({ fault }: Row): string {
  return Object.keys(fault)
    .filter((key) => key !== 'times')
    .sort()
    .join(' ');
}

/** The title of a test for what is told: the whole of a sentence would not be read. */
export function titleOf(told: Told): string {
  const words = told instanceof RegExp ? told.source.replace(/[\\^]/g, '') : told;
  return words === undefined ? 'as usual' : `“${words.split(' ').slice(0, 6).join(' ')} …”`;
}

/** What was told is what is expected, and a person can make something of it. */
export function assertTold(told: Told, expected: Told): void {
  if (expected instanceof RegExp) {
    assert.match(String(told), expected);
  } else {
    assert.equal(told, expected);
  }
  if (told !== undefined) {
    assertClear(String(told));
  }
}

/** One sentence or two on one line, and nothing in it that is for a programmer, a secret, or acts when it is shown. */
function assertClear(sentence: string): void {
  assert.match(sentence, /^[A-Z].*[.…]$/u);
  assert.ok(sentence.length < 400, `${sentence.length} characters`);
  assert.ok(sentence.split(/[.!?…](?:\s|$)/).length <= 4, sentence);
  assert.doesNotMatch(sentence, /\b[1-5]\d\d\b|https?:|\b[A-Z]+ \/|Error\b|\bat \S+:\d|eyJ|[<{]|\]\(|\$\(|\p{Cc}/u);
}
