import type { DeploymentEnd } from './control';
import { Random } from './random';
import type { Organization, Server, Site, World } from './world';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

const organizationNames = [
  'Acme',
  'Globex',
  'Initech',
  'Umbrella Studio',
  'Hooli',
  'Northwind',
  'Contoso',
  'Wayne Digital',
];
const subdomains: readonly [string, ...string[]] = [
  'portal',
  'billing',
  'support',
  'events',
  'careers',
  'press',
  'partners',
  'status',
  'media',
  'learn',
  'forum',
  'search',
];
const regions: readonly [readonly [string, string, string], ...(readonly [string, string, string])[]] = [
  ['ocean2', 'Frankfurt 1', 's-2vcpu-4gb'],
  ['hetzner', 'Nuremberg', 'cx32'],
  ['aws', 'Frankfurt', 't3.medium'],
  ['ocean2', 'New York 3', 's-4vcpu-8gb'],
  ['vultr', 'Singapore', 'vc2-2c-4gb'],
  ['akamai', 'Newark, NJ', 'g6-standard-2'],
  ['custom', 'Custom', 'Custom'],
];
const serverTypes: readonly [string, ...string[]] = [
  'app',
  'web',
  'app',
  'database',
  'worker',
  'web',
  'loadbalancer',
  'meilisearch',
];
const withoutSites = new Set(['database', 'cache', 'loadbalancer', 'meilisearch']);

/** What a server is like; by its place in the organization for the first ones, seeded for the rest. */
interface ServerPlan {
  readonly type: string;
  readonly php: string | null;
  readonly connection: string | null;
  readonly revoked: boolean | null;
  readonly name?: string;
  /** Of which it has one; of all by default. */
  readonly databases?: readonly [string, ...string[]];
}

const firstServers: readonly ServerPlan[] = [
  { type: 'app', php: 'php84', connection: 'successful', revoked: false, name: 'web-1', databases: ['mysql8'] },
  { type: 'web', php: 'php83', connection: 'successful', revoked: false, name: 'web-2' },
  { type: 'worker', php: 'php82', connection: 'successful', revoked: false, name: 'worker-1' },
  { type: 'app', php: 'php74', connection: 'successful', revoked: true, name: 'legacy-1' },
  { type: 'cache', php: null, connection: null, revoked: null, name: 'cache-1' },
];

/** How a site differs from a plain Laravel site whose last deployment finished. */
interface SitePlan {
  readonly subdomain: string;
  readonly repository?: readonly [provider: string | null, url: string, branch: string] | null;
  readonly end?: DeploymentEnd;
  readonly endedAgo?: number;
  readonly tags?: readonly string[];
  readonly app?: string;
  readonly pushToDeploy?: boolean;
  readonly maintenance?: boolean;
  readonly isolated?: boolean;
  readonly zeroDowntime?: boolean;
}

const firstSites: readonly SitePlan[] = [
  {
    subdomain: 'shop',
    repository: ['github', 'acme/shop', 'main'],
    tags: ['production'],
    endedAgo: 12 * minute,
    zeroDowntime: true,
    pushToDeploy: false,
  },
  {
    subdomain: 'staging.shop',
    repository: ['github', 'acme/shop', 'develop'],
    tags: ['staging'],
    endedAgo: 3 * hour,
    pushToDeploy: true,
    zeroDowntime: false,
  },
  {
    subdomain: 'api',
    repository: ['github', 'acme/api', 'main'],
    end: 'failed',
    endedAgo: 47 * minute,
    tags: ['production'],
  },
  { subdomain: 'admin', repository: ['gitlab', 'acme/admin', 'main'], end: 'failed-build', endedAgo: 2 * day },
  { subdomain: 'blog', repository: ['bitbucket', 'acme/blog', 'master'], end: 'cancelled', endedAgo: 5 * hour },
  { subdomain: 'new', repository: null },
  {
    subdomain: 'docs',
    repository: ['custom', 'git@git.acme.example:web/docs.git', 'main'],
    maintenance: true,
    endedAgo: 9 * day,
  },
  {
    subdomain: 'www',
    repository: ['github', 'acme/website', 'main'],
    app: 'Next.js',
    endedAgo: 26 * hour,
    tags: ['production'],
  },
  {
    subdomain: 'crm',
    repository: ['gitlab', 'acme/crm', 'release'],
    isolated: true,
    zeroDowntime: true,
    endedAgo: 31 * day,
  },
  { subdomain: 'tools', repository: [null, 'git@git.acme.example:web/tools.git', 'main'], endedAgo: 90 * day },
];

/**
 * Fills the world: organizations (the first is Acme), each with that many servers and sites. The same seed and numbers give the
 * same fleet; dates are offsets from the world's start-up. Organizations without servers get no sites.
 */
export function seedFleet(world: World, size: { orgs: number; servers: number; sites: number }): void {
  for (let index = 0; index < size.orgs; index += 1) {
    const base = organizationNames[index % organizationNames.length] ?? 'Acme';
    const round = Math.floor(index / organizationNames.length);
    const name = round === 0 ? base : `${base} ${round + 1}`;
    const slug = name.toLowerCase().replaceAll(' ', '-');
    const organization = world.addOrganization(name, slug, world.startedAt - (800 - index) * day);
    world.tags(organization, ['production', 'staging', 'client', 'internal', 'legacy']);
    for (let place = 0; place < size.servers; place += 1) {
      organization.servers.push(server(world, organization, place, size.servers));
    }
    const hosts = organization.servers.filter((host) => !withoutSites.has(host.type));
    const [firstHost] = hosts;
    for (let place = 0; firstHost && place < size.sites; place += 1) {
      const host = place < 2 ? firstHost : (hosts[place % hosts.length] ?? firstHost);
      addSite(world, host, sitePlan(world, organization, place));
    }
    for (const [place, host] of organization.servers.slice(0, 6).entries()) {
      world.addEvent(host, 'Installing security updates', 'root', world.startedAt - (6 - place) * 5 * hour);
    }
  }
}

/** Adds a site that was never deployed and has no repository, unless one is given. */
export function addNewSite(world: World, host: Server, name: string, plan: Omit<SitePlan, 'subdomain'> = {}): Site {
  return addSite(world, host, { repository: null, ...plan, name, neverDeployed: true });
}

/** Adds a server without sites: a plain one of type app that is connected, but for what is said of it. */
export function addNewServer(
  world: World,
  organization: Organization,
  name: string,
  said: Partial<Omit<Server, 'id'>> = {},
): Server {
  const plan: ServerPlan = { type: 'app', php: 'php84', connection: 'successful', revoked: false };
  const added = { ...makeServer(world, organization, plan, name), ...said };
  organization.servers.push(added);
  return added;
}

function server(world: World, organization: Organization, place: number, servers: number): Server {
  const random = new Random(world.seed, organization.slug, 'server plan', place);
  const type = random.pick(serverTypes);
  const plan = firstServers[place] ?? {
    type,
    php:
      type === 'app' || type === 'web' || type === 'worker'
        ? random.pick(['php84', 'php83', 'php82', 'php85', 'php81'])
        : null,
    connection: random.chance(0.03) ? 'failed' : 'successful',
    revoked: random.chance(0.02),
  };
  // The small fleets are for those who want all to be well; the odd ones come with the fourth server.
  const tuned = servers < 4 ? plan : place === 2 ? { ...plan, connection: 'failed' } : plan;
  const name = `${organization.slug}-${plan.name ?? `${type}-${place + 1}`}`;
  return makeServer(world, organization, tuned, name);
}

function makeServer(world: World, organization: Organization, plan: ServerPlan, name: string): Server {
  const id = world.nextId('server');
  const random = new Random(world.seed, 'server', id);
  const [provider, region, size] = random.pick(regions);
  const justCreated = plan.revoked === null;
  const createdAt = justCreated ? world.startedAt - 2 * minute : world.startedAt - random.integer(40, 700) * day;
  const hasDatabase = plan.type === 'app' || plan.type === 'database';
  return {
    id,
    organization,
    name,
    slug: name,
    type: plan.type,
    credentialId: provider === 'custom' ? null : 3100 + (id % 3),
    provider,
    size,
    region,
    ubuntuVersion: random.chance(0.7) ? '24.04' : '22.04',
    phpVersion: plan.php,
    phpCliVersion: null,
    phpSettings: {},
    serviceStates: {},
    databaseType: hasDatabase ? random.pick(plan.databases ?? ['mysql8', 'mysql84', 'postgres17', 'mariadb114']) : '',
    // Documentation ranges, so that nothing real is ever meant.
    ipAddress: justCreated ? null : `203.0.113.${random.integer(1, 254)}`,
    privateIpAddress:
      justCreated || random.chance(0.3) ? null : `10.${random.integer(0, 255)}.0.${random.integer(2, 254)}`,
    timezone: random.pick(['UTC', 'Europe/Berlin', 'America/New_York']),
    revoked: plan.revoked,
    connectionStatus: plan.connection,
    isReady: !justCreated,
    createdAt,
    updatedAt: createdAt,
    tags: random.chance(0.4) ? world.tags(organization, [random.pick(['production', 'internal', 'legacy'])]) : [],
  };
}

type PlannedSite = Omit<SitePlan, 'subdomain'> & { readonly name: string; readonly neverDeployed?: boolean };

function sitePlan(world: World, organization: Organization, place: number): PlannedSite {
  const domain = organization.slug === 'acme' ? 'example.com' : `${organization.slug}.example`;
  const planned = firstSites[place];
  if (planned) {
    const { repository } = planned;
    const own: SitePlan['repository'] = repository && [
      repository[0],
      repository[1].replaceAll('acme', organization.slug),
      repository[2],
    ];
    return { ...planned, repository: own ?? null, name: `${planned.subdomain}.${domain}`, neverDeployed: !repository };
  }
  const random = new Random(world.seed, organization.slug, 'site plan', place);
  const subdomain = `${random.pick(subdomains)}-${place + 1}`;
  const [provider, prefix] = random.pick<[string, string]>([
    ['github', ''],
    ['github', ''],
    ['gitlab', ''],
    ['bitbucket', ''],
    ['custom', 'git@git.acme.example:'],
  ]);
  const neverDeployed = random.chance(0.05);
  return {
    name: `${subdomain}.${domain}`,
    neverDeployed,
    repository: neverDeployed
      ? null
      : [
          provider,
          `${prefix}${organization.slug}/${subdomain}${provider === 'custom' ? '.git' : ''}`,
          random.pick(['main', 'main', 'main', 'master', 'production', 'develop']),
        ],
    end: random.chance(0.88) ? 'finished' : random.pick(['failed', 'failed-build', 'cancelled']),
    endedAgo: random.integer(20, 80_000) * minute,
    tags: random.chance(0.5) ? [random.pick(['production', 'staging', 'client', 'internal'])] : [],
    app: random.chance(0.75)
      ? 'Laravel'
      : random.pick(['Statamic', 'WordPress', 'PHP', 'Nuxt.js', 'Static HTML', 'Symfony']),
    pushToDeploy: random.chance(0.5),
    isolated: random.chance(0.25),
    zeroDowntime: random.chance(0.5),
    maintenance: random.chance(0.02),
  };
}

function addSite(world: World, host: Server, plan: PlannedSite): Site {
  const id = world.nextId('site');
  const random = new Random(world.seed, 'site', id);
  const endedAgo = plan.endedAgo ?? 4 * hour;
  const count = plan.neverDeployed ? 0 : random.integer(3, 8);
  const createdAt = plan.neverDeployed
    ? world.startedAt - hour
    : world.startedAt - endedAgo - count * 2 * day - random.integer(10, 300) * day;
  const app = plan.app ?? 'Laravel';
  const runsPhp = app !== 'Next.js' && app !== 'Nuxt.js' && app !== 'Static HTML';
  const isolatedUser = plan.name.split('.').slice(0, -1).join('').replaceAll('-', '').slice(0, 20);
  const site: Site = {
    id,
    server: host,
    name: plan.name,
    user: plan.isolated ? isolatedUser : 'forge',
    isolated: plan.isolated ?? false,
    aliases: random.chance(0.3) ? null : random.chance(0.3) ? [`www.${plan.name}`] : [],
    phpVersion: runsPhp ? (host.phpVersion ?? 'php84') : null,
    appType: app,
    repository: plan.repository
      ? { provider: plan.repository[0], url: plan.repository[1], branch: plan.repository[2] }
      : null,
    zeroDowntime: plan.zeroDowntime ?? false,
    pushToDeploy: plan.pushToDeploy ?? false,
    hooksReplaced: 0,
    maintenance: plan.maintenance ?? (random.chance(0.2) ? null : false),
    database: host.databaseType === '' ? null : plan.name.replaceAll(/[.-]/g, '_'),
    healthcheckUrl: random.chance(0.2) ? `https://${plan.name}/up` : null,
    webDirectory: null,
    rootDirectory: '/',
    state: undefined,
    createdAt,
    updatedAt: plan.neverDeployed ? createdAt : world.startedAt - endedAgo,
    tags: world.tags(host.organization, plan.tags ?? []),
    past: {
      count,
      firstId: world.nextId('deployment', count),
      lastEnd: plan.end ?? 'finished',
      lastEndedAt: world.startedAt - endedAgo,
    },
  };
  world.sites.set(id, site);
  return site;
}
