import { redact } from '../forge/redact';

/** Replaces a secret. */
const mask = '•••';

/** Words that end or begin the names of secrets. */
const secretWords =
  'passwords?|passwd|passphrase|pwd|secrets?|tokens?|credentials?|(?:api|app|access|private|encryption|auth|signing|license|account|client|master|service|storage|webhook|ssh)[_-]?keys?';

/** A value: in quotation marks, which may be missing at the end where the text was cut, or up to a space. */
const value = `(?:\\\\?"[^"\\n]*"?|\\\\?'[^'\\n]*'?|[^\\s"',;&)\\]}]+)`;

/** Each either fails within a limited number of characters or consumes all that it has read, so that any text is read once. */
const patterns: readonly (readonly [RegExp, string])[] = [
  // DB_PASSWORD=…, MY_KEY=…, and `export` and `--password=` before them.
  [new RegExp(`((?:${secretWords}|pass|dsn|[A-Z0-9_]KEY)\\b[ \\t]{0,3}=(?!>)[ \\t]{0,3})${value}`, 'gi'), `$1${mask}`],
  [new RegExp(`((?:${secretWords}|KEY|PASS)[A-Z0-9_]{1,30}=(?!>))${value}`, 'g'), `$1${mask}`],
  // password: …, "password": …, 'password' => …
  [new RegExp(`((?:${secretWords})\\\\?["']?[ \\t]{0,3}(?::|=>)[ \\t]{0,3})${value}`, 'gi'), `$1${mask}`],
  // Options: --password …, -p'…'
  [new RegExp(`(--?(?:password|passwd|token|secret|api-key|auth)[ \\t]{1,3})(?!-)${value}`, 'gi'), `$1${mask}`],
  [/(\bredis-cli\b[^\n]{0,200}? (?:-a|--pass)[ \t]+)\S+/gi, `$1${mask}`],
  [/(\b(?:mysql|mysqldump|mariadb|redis-cli)\b[^\n]{0,200}? -[pa])(?=\S)(?:"[^"\n]*"?|'[^'\n]*'?|\S+)/gi, `$1${mask}`],
  [
    /(\b(?:authorization|proxy-authorization|cookie|set-cookie|x-api-key|x-auth-token)["']?[ \t]*[:=][ \t]*)[^\n]+/gi,
    `$1${mask}`,
  ],
  [/\b(Basic[ \t]+)[A-Za-z0-9+/=]{8,}/g, `$1${mask}`],
  // Credentials in URLs, whatever characters the password has.
  [/(\b[a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/:@"'<>]{0,200}:(?!\d{1,5}[/?#])[^\s"'<>]{1,300}@/gi, `$1${mask}@`],
  [/(\b[a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/:@"'<>]{16,200}@/gi, `$1${mask}@`],
  // The usual shapes of tokens and keys.
  [/\bbase64:[A-Za-z0-9+/=]{16,}/g, mask],
  [/\bgh[pousr]_[A-Za-z0-9]{16,}|\bgithub_pat_\w{16,}|\bgl(?:pat|dt|rt|cbt)-[\w-]{10,}/g, mask],
  [/\b(?:sk|pk|rk)[-_](?:live|test|ant|proj|or)?[-_]?[\w-]{16,}|\bwhsec_[\w+/=]{10,}/g, mask],
  [/\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{12,}|\bAIza[\w-]{20,}|\bya29\.[\w-]{10,}/g, mask],
  [/\bxox[a-z]-[\w-]{8,}|\bxapp-[\w-]{8,}|\bhooks\.slack\.com\/services\/[\w/]+/g, mask],
  [/\bdiscord(?:app)?\.com\/api\/webhooks\/[\w/-]+/g, mask],
  [/\bSG\.[\w-]{10,}\.[\w-]{10,}|\bkey-[a-f0-9]{24,}|\bnpm_[A-Za-z0-9]{20,}|\bdo[opr]_v1_[a-f0-9]{20,}/g, mask],
  [/\bpypi-[\w-]{16,}|\bhf_[A-Za-z0-9]{16,}|\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{16,}|\bdckr_pat_[\w-]{16,}/g, mask],
  // Laravel Sanctum.
  [/\b\d{1,10}\|[A-Za-z0-9]{32,}/g, mask],
];

/**
 * The text as a model may see it: what `redact` masks, and values of settings whose names say that they are secret, credentials in URLs,
 * PEM blocks, and what looks like a token. Email addresses stay.
 */
export function redactForModel(text: string): string {
  return patterns.reduce(
    (result, [pattern, replacement]) => result.replace(pattern, replacement),
    withoutPem(redact(text)),
  );
}

const begin = '-----BEGIN ';
const end = '-----END ';

/** A line that may be a part of a PEM block: Base64, or the `\n` of a block that is written on one line. */
const blockLine = /^[\s>|*#]*(?:[A-Za-z0-9+/=\\]{1,200}|[\w-]{1,40}: .{0,200}|)\s*$/;

/** Masks PEM blocks, also where the text begins or ends within one. */
function withoutPem(text: string): string {
  if (!text.includes(begin) && !text.includes(end)) {
    return text;
  }
  const kept: string[] = [];
  // The number of lines at the end of `kept` that may be the beginning of a block whose first line was cut off.
  let possible = 0;
  let isInside = false;
  for (const line of text.split('\n')) {
    const [beginsAt, endsAt] = [line.indexOf(begin), line.lastIndexOf(end)];
    if (isInside && endsAt < 0 && !blockLine.test(line)) {
      isInside = false;
    }
    if (beginsAt >= 0) {
      isInside = endsAt < beginsAt;
      const after = isInside ? '' : afterEnd(line, endsAt);
      kept.push(`${line.slice(0, beginsAt)}${mask}${after}`);
      possible = 0;
    } else if (endsAt >= 0) {
      if (!isInside) {
        kept.splice(kept.length - possible);
        kept.push(`${mask}${afterEnd(line, endsAt)}`);
      } else if (afterEnd(line, endsAt) !== '') {
        kept.push(afterEnd(line, endsAt));
      }
      isInside = false;
      possible = 0;
    } else if (!isInside) {
      kept.push(line);
      possible = blockLine.test(line) ? possible + 1 : 0;
    }
  }
  return kept.join('\n');
}

/** What follows the last line of a block. */
function afterEnd(line: string, endsAt: number): string {
  return line.slice(endsAt).replace(/^-----END [^-]{0,60}-{0,5}/, '');
}
