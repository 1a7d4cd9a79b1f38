/** What stands where a secret was. */
const mask = '•••';

/** Each either fails within a few characters or takes all that it has looked at, so that any text is read once. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/\bBearer\s+[^\s"',]+/gi, `Bearer ${mask}`],
  // Forge tokens are JSON web tokens (README.md, Tokens). One that was cut off is still a part of a secret.
  [/\beyJ[\w-]{8,}(?:\.[\w-]*){0,2}/g, mask],
  // Deploy hooks and heartbeats are addresses that act when they are opened.
  [/([?&](?:token|key|secret|signature)=)[^&\s"']+/gi, `$1${mask}`],
  // Text that was cut off in the middle of a secret ends without a quotation mark.
  [
    /("(?:deployment_url|ping_url|password|sudo_password|token|content)"\s*:\s*)"[^"\\]*(?:\\[\s\S][^"\\]*)*(?:"|\\?$)/gi,
    `$1"${mask}"`,
  ],
];

/** The text without tokens and without the secrets that ordinary answers of Forge carry (README.md, Secrets). */
export function redact(text: string): string {
  return patterns.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}
