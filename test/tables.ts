// npm run tables: writes what ThirdPartyNotices.txt, CONTRIBUTING.md and README.md have from the code and the packages.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { contributingWithDependencies, latestReleases } from './dependenciesTable';
import { projectRoot } from './paths';
import { readmeWithResources } from './resourcesTable';
import { noticesWritten } from './thirdPartyNotices';

async function main(): Promise<void> {
  const all = [readmeWithResources(), await contributingWithDependencies(await latestReleases()), noticesWritten()];
  for (const { file, is, shouldBe } of all) {
    writeFileSync(join(projectRoot, file), shouldBe);
    console.log(is === shouldBe ? `${file} is up to date.` : `Wrote ${file}.`);
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
