import { Emitter } from '../forge/emitter';
import type { Memory } from '../ui/memory';

const recentKey = 'forge.recentSites';
const deployedHereKey = 'forge.deployedSite';
const kept = 40;

/** The sites and servers that were used, last first, in all windows; and the one that was deployed last from this workspace. */
export class RecentSites {
  private readonly changed = new Emitter<void>();
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly everywhere: Memory,
    private readonly here: Memory,
  ) {}

  /** Keys of sites and servers, the last used first. */
  keys(): readonly string[] {
    return this.everywhere.get<string[]>(recentKey) ?? [];
  }

  /** The key of the site that was deployed last from this workspace. */
  get deployedHere(): string | undefined {
    return this.here.get<string>(deployedHereKey);
  }

  async deployed(key: string): Promise<void> {
    await this.here.update(deployedHereKey, key);
    await this.used(key);
  }

  /** Puts the site or server first. */
  async used(key: string): Promise<void> {
    const others = this.keys().filter((other) => other !== key);
    await this.everywhere.update(recentKey, [key, ...others].slice(0, kept));
    this.changed.fire();
  }

  dispose(): void {
    this.changed.dispose();
  }
}
