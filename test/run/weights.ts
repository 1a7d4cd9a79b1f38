/** What a window takes to open and to close, in seconds. */
export const windowSeconds = 10;

/** What modules took, in seconds, with two windows or processes at once on two processors; of those with a window it is printed when a job ends. */
const measured: Readonly<Record<string, number>> = {
  'e2e/deploy': 30,
  'e2e/environmentToken': 25,
  'e2e/files': 75,
  'e2e/largeFleet': 20,
  'e2e/logs': 70,
  'e2e/mainPath': 120,
  'e2e/multiRoot': 22,
  'e2e/secrets': 90,
  'e2e/servers': 30,
  'e2e/twoWindows': 40,
  'installed/installed': 4,
  'integration/arrangement': 12,
  'integration/deploy': 55,
  'integration/deploymentLog': 30,
  'integration/extension': 25,
  'integration/faultMatrix': 27,
  'integration/files': 105,
  'integration/fleetOnScreen': 6,
  'integration/fleetTree': 1,
  'integration/goTo': 15,
  'integration/limits': 8,
  'integration/nextWindow': 1,
  'integration/replacedRows': 1,
  'integration/resources': 8,
  'integration/servers': 10,
  'integration/showRefresh': 1,
  'integration/siteCode': 25,
  'integration/siteLogs': 33,
  'sizes/everyOperation': 6,
  'sizes/hostileTexts': 40,
  'unit/account/isAcceptableApiUrl': 1,
  'unit/deployments/deployer': 1,
  'unit/deployments/deploymentTracker': 1,
  'unit/deployments/faultMatrix': 4,
  'unit/files/environmentText': 2,
  'unit/fleet/accountFleet': 1,
  'unit/fleet/eventFeed': 1,
  'unit/fleet/fleetReading': 1,
  'unit/fleet/refresh': 4,
  'unit/fleet/snapshots': 3,
  'unit/forge/client': 3,
  'unit/forge/limiter': 1,
  'unit/forge/transmission': 2,
  'unit/logs/growingText': 1,
  'unit/resources/resourceLists': 3,
  'unit/simulator/deployments': 1,
  'unit/simulator/describedApi': 2,
  'unit/workspace/gitFiles': 1,
};

/** About how many seconds a module takes, without the window. */
export function weightOf(folder: string, module: string): number {
  return measured[`${folder}/${module}`] ?? (folder === 'unit' ? 0.3 : 30);
}
