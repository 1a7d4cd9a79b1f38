/**
 * When the security support of each PHP version ends, as a day in UTC.
 * Source: php.net/supported-versions and php.net/eol, read 2026-11-29.
 */
const endsOfSupport: Readonly<Record<string, string>> = {
  '5.6': '2018-12-31',
  '7.0': '2019-01-10',
  '7.1': '2019-12-01',
  '7.2': '2020-11-30',
  '7.3': '2021-12-06',
  '7.4': '2022-11-28',
  '8.0': '2023-11-26',
  '8.1': '2025-12-31',
  '8.2': '2026-12-31',
  '8.3': '2027-12-31',
  '8.4': '2028-12-31',
  '8.5': '2029-12-31',
};

/**
 * When PHP ended the security support of a version. This says nothing about vulnerabilities: distributions patch versions for longer.
 * @param version like "8.1"; anything else counts as supported
 * @param now milliseconds since 1970
 * @returns the last day of support in milliseconds since 1970; undefined while the version is supported, and for unknown versions
 */
export function endedPhpSupport(version: string | null, now: number): number | undefined {
  const day = version !== null && Object.hasOwn(endsOfSupport, version) ? endsOfSupport[version] : undefined;
  const end = day === undefined ? Number.NaN : Date.parse(day);
  const oneDayMs = 86_400_000;
  return end + oneDayMs <= now ? end : undefined;
}
