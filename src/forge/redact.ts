/** What stands where a secret was. */
const mask = '•••';

const patterns: readonly (readonly [RegExp, string])[] = [
  [/\bBearer\s+[^\s"',]+/gi, `Bearer ${mask}`],
  // Forge tokens are JSON web tokens (behaviour.md §7).
  [/\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, mask],
  // Deploy hooks and heartbeats are addresses that act when they are opened.
  [/([?&](?:token|key|secret|signature)=)[^&\s"']+/gi, `$1${mask}`],
  // Text that was cut off in the middle of a secret ends without a quotation mark.
  [
    /("(?:deployment_url|ping_url|password|sudo_password|token|content)"\s*:\s*)"(?:[^"\\]|\\.)*(?:"|\\?$)/gi,
    `$1"${mask}"`,
  ],
];

/** The text without tokens and without the secrets that ordinary answers of Forge carry (behaviour.md §9). */
export function redact(text: string): string {
  return patterns.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}
