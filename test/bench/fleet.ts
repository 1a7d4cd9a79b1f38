import { measureSizes } from './fleetSizes';

/** The figures of the fleet (design.md §8). */
export async function measureFleet(): Promise<object> {
  return { sizes: await measureSizes() };
}
