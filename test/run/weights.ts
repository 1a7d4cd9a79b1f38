/** What a window takes to open and to close, in seconds. */
export const windowSeconds = 10;

/** What modules took, in seconds, with two windows or processes at once on two processors; of those with a window it is printed when a job ends. */
const measured: Readonly<Record<string, number>> = {
  'e2e/accessibility': 10,
  'e2e/assistant': 8,
  'e2e/deploy': 20,
  'e2e/environmentToken': 35,
  'e2e/files': 60,
  'e2e/largeFleet': 18,
  'e2e/logs': 35,
  'e2e/mainPath': 45,
  'e2e/multiRoot': 16,
  'e2e/readmePictures': 22,
  'e2e/secrets': 58,
  'e2e/servers': 25,
  'e2e/translations': 42,
  'e2e/twoWindows': 20,
  'e2e/walkthrough': 23,
  'installed/installed': 1,
  'integration/arrangement': 12,
  'integration/assistant': 11,
  'integration/attention': 3,
  'integration/catalogue': 13,
  'integration/deploy': 44,
  'integration/deploymentLog': 24,
  'integration/extension': 11,
  'integration/faultMatrix': 10,
  'integration/files': 38,
  'integration/fleetOnScreen': 3,
  'integration/fleetTree': 1,
  'integration/goTo': 12,
  'integration/limits': 3,
  'integration/nextWindow': 3,
  'integration/replacedRows': 1,
  'integration/reportIssue': 1,
  'integration/resources': 9,
  'integration/servers': 4,
  'integration/showRefresh': 1,
  'integration/siteCode': 18,
  'integration/siteLogs': 22,
  'sizes/everyOperation': 5,
  'sizes/hostileTexts': 36,
  'unit/files/environmentText': 2,
  'unit/fleet/snapshots': 2,
  'unit/forge/limiter': 1,
  'unit/workspace/gitFiles': 1,
};

/** About how many seconds a module takes, without the window. */
export function weightOf(folder: string, module: string): number {
  return measured[`${folder}/${module}`] ?? { unit: 0.2, simulated: 0.6 }[folder] ?? 30;
}
