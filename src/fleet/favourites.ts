import { Emitter } from '../forge/emitter';
import { type Memory, textsIn } from '../ui/memory';

const favouritesKey = 'forge.favourites';

/** The user's favorite sites, in all windows: keys of sites. */
export class Favourites {
  private readonly changed = new Emitter<string>();

  /** The site with this key has become a favorite, or is no longer one. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly memory: Memory) {}

  get keys(): ReadonlySet<string> {
    return new Set(textsIn(this.memory, favouritesKey));
  }

  async add(key: string): Promise<void> {
    await this.memory.update(favouritesKey, [...new Set([...this.keys, key])]);
    this.changed.fire(key);
  }

  async remove(key: string): Promise<void> {
    await this.memory.update(
      favouritesKey,
      [...this.keys].filter((other) => other !== key),
    );
    this.changed.fire(key);
  }

  dispose(): void {
    this.changed.dispose();
  }
}
