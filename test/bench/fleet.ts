import { measureSizes } from './fleetSizes';
import { openTraffic } from './fleetTraffic';

/** The figures of the fleet: `measureSizes` and `TrafficFigures` tell what they are. */
export async function measureFleet(): Promise<object> {
  // Times first, with no other window open that could take some of it.
  const sizes = await measureSizes();
  const traffic = await openTraffic();
  try {
    return { sizes, ...(await traffic.count()) };
  } finally {
    await traffic.close();
  }
}
