import { measureSizes } from './fleetSizes';
import { openTraffic } from './fleetTraffic';

/**
 * The figures of the fleet (design.md §8): `measureSizes` and `TrafficFigures` tell what they are. While requests are counted, which is
 * waiting, the sizes are measured: the windows that wait are at rest.
 */
export async function measureFleet(): Promise<object> {
  const traffic = await openTraffic();
  try {
    const [counted, sizes] = await Promise.all([traffic.count(), measureSizes()]);
    return { sizes, ...counted };
  } finally {
    await traffic.close();
  }
}
