import { Emitter } from '../forge/emitter';
import { type Memory, textIn, textsIn } from '../ui/memory';

const recentKey = 'forge.recentSites';
const deployedHereKey = 'forge.deployedSite';
const kept = 40;

/** Recently used sites and servers, latest first, in all windows; and the site last deployed from this workspace. */
export class RecentSites {
  private readonly changed = new Emitter<void>();
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly everywhere: Memory,
    private readonly here: Memory,
  ) {}

  /** Keys of sites and servers, latest first. */
  keys(): readonly string[] {
    return textsIn(this.everywhere, recentKey);
  }

  /** The key of the site last deployed from this workspace. */
  get deployedHere(): string | undefined {
    return textIn(this.here, deployedHereKey);
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
