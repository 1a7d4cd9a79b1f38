export interface Waiting {
  /** What the marketplace says of the extension: `vsce show --json`. May reject while the extension isn't known yet. */
  show(): Promise<string>;
  /** Resolves after that many milliseconds. */
  sleep(ms: number): Promise<void>;
  say(line: string): void;
  /** How often to ask at most, and how long to wait in between, in milliseconds. */
  readonly tries: number;
  readonly everyMs: number;
}

/** Waits until the marketplace lists the version, which takes it some minutes to verify. @throws Error if it doesn't */
export async function awaitPublished(version: string, { show, sleep, say, tries, everyMs }: Waiting): Promise<void> {
  for (let attempt = 1; attempt <= tries; attempt += 1) {
    const listed = await show().then(versionsIn, (error: unknown): readonly string[] => {
      say(error instanceof Error ? error.message : String(error));
      return [];
    });
    if (listed.includes(version)) {
      say(`${version} can be installed.`);
      return;
    }
    say(`${version} is not listed yet (${attempt} of ${tries}).`);
    if (attempt < tries) {
      await sleep(everyMs);
    }
  }
  throw new Error(
    `The marketplace doesn't list ${version}. Look at the publisher's page for what it says of the upload.`,
  );
}

/** The versions in what `vsce show --json` prints; none in anything else, such as its message for an unknown extension. */
function versionsIn(shown: string): readonly string[] {
  const start = shown.indexOf('{');
  if (start < 0) {
    return [];
  }
  try {
    const { versions = [] } = JSON.parse(shown.slice(start)) as { versions?: readonly { readonly version?: string }[] };
    return versions.flatMap(({ version }) => version ?? []);
  } catch {
    return [];
  }
}
