import * as l10n from '@vscode/l10n';
import type { Json } from '../forge/json';
import { line } from '../forge/resources';
import {
  acts,
  attribute,
  choice,
  deletes,
  disabling,
  document,
  enabling,
  entries,
  firstOf,
  graceOptions,
  number,
  onlyOne,
  option,
  plainOptions,
  resource,
  secret,
  text,
  word,
  words,
  yesNo,
} from './fields';
import type { Action, Field, Kind, Values } from './kind';
import { balancingFields, jobForm, processKind, redirectTypes, schedule } from './serverKinds';
import { watchedKinds } from './watchedKinds';

const isOn = ({ enabled }: Json) => enabled === true || enabled === 'true' || enabled === '1' || enabled === 'enabled';

const enabledWord = (attributes: Json) => [isOn(attributes) ? l10n.t('enabled') : l10n.t('disabled')];

/** A Laravel package or feature that Forge can run for the site. @param disable null if Forge can't disable it */
function integration<
  Show extends Kind['single'],
  Enable extends Action['operation'],
  Disable extends Action['operation'] | null,
>(show: Show, enable: Enable, disable: Disable, fields: readonly Field[] = []) {
  return {
    ...onlyOne,
    on: 'site',
    icon: 'extensions',
    single: show as NonNullable<Show>,
    about: enabledWord,
    group: 'integrations',
    docs: 'sites/laravel',
    actions: {
      enable: {
        operation: enable,
        ...enabling,
        when: (attributes: Json) => !isOn(attributes),
        ...(fields.length > 0 && { fields }),
      },
      ...(disable !== null && {
        disable: { operation: disable as NonNullable<Disable>, ...disabling, when: isOn },
      }),
    },
  } as const satisfies Kind;
}

const heartbeatFields: readonly Field[] = [
  text('name', () => l10n.t('Name'), { isRequired: true, maxLength: 255 }),
  choice(
    'frequency',
    () => l10n.t('Frequency'),
    [
      option(1, () => l10n.t('Minute')),
      option(5, () => l10n.t('5 minutes')),
      option(10, () => l10n.t('10 minutes')),
      option(30, () => l10n.t('30 minutes')),
      option(60, () => l10n.t('Hour')),
      option(1440, () => l10n.t('Day')),
      option(10_080, () => l10n.t('Week')),
      option(312_480, () => l10n.t('Month')),
      option(-1, () => l10n.t('Custom…')),
    ],
    { isRequired: true, preset: 60 },
  ),
  text('custom_frequency', () => l10n.t('Cron Expression'), {
    isRequired: true,
    when: ({ frequency }) => frequency === -1,
    format: 'cron',
    placeholder: '0 3 * * *',
  }),
  choice('grace_period', () => l10n.t('Grace Period'), graceOptions, {
    isRequired: true,
    preset: 5,
    hint: () => l10n.t('How late a ping may be before Forge notifies you.'),
  }),
];

const credentials = (isNew: boolean) =>
  entries('credentials', () => l10n.t('Users'), {
    isRequired: true,
    min: 1,
    add: () => l10n.t('Add User'),
    entryName: ({ username }) => String(username),
    ...(isNew
      ? {}
      : { hint: () => l10n.t("Forge doesn't report the current users. The ones you enter replace them.") }),
    fields: [
      text('username', () => l10n.t('Username'), { isRequired: true, maxLength: 50, format: 'noSpaces' }),
      secret('password', () => l10n.t('Password'), { isRequired: isNew, canBeGenerated: true }),
    ],
  });

const securityFields = (isNew: boolean): readonly Field[] => [
  text('name', () => l10n.t('Name'), { isRequired: true, maxLength: 255 }),
  text('path', () => l10n.t('Path'), {
    isAsked: true,
    maxLength: 255,
    placeholder: 'admin',
    hint: () => l10n.t('Leave empty to protect the whole site.'),
  }),
  credentials(isNew),
];

const composerFields: readonly Field[] = [
  text('repository', () => l10n.t('Repository'), {
    isRequired: true,
    format: 'noSpaces',
    placeholder: 'nova.laravel.com',
  }),
  text('username', () => l10n.t('Username'), { isRequired: true }),
  secret('password', () => l10n.t('Password'), { isRequired: true }),
];

const npmFields: readonly Field[] = [
  text('registry', () => l10n.t('Registry'), {
    isRequired: true,
    format: 'noSpaces',
    placeholder: 'npm.pkg.github.com',
  }),
  secret('token', () => l10n.t('Token'), { isRequired: true }),
  words('scopes', () => l10n.t('Package Scopes'), { hint: () => l10n.t('Separated by commas, such as @acme.') }),
];

const isType =
  (wanted: string) =>
  ({ type }: Values) =>
    type === wanted;

const certificateName = ({ type }: Json) =>
  type === 'letsencrypt' ? "Let's Encrypt" : type === 'csr' ? 'CSR' : line(type);

const certificateAbout = ({ active, verification_method, key_type }: Json) => [
  active === true ? l10n.t('active') : null,
  word(verification_method),
  word(key_type),
];

/** The kinds of a site. Groups appear in this order. */
export const siteKinds = {
  domains: {
    command: 'addDomain',
    on: 'site',
    icon: 'globe',
    list: 'listDomains',
    parameter: 'domainRecord',
    show: 'showDomain',
    name: attribute('name'),
    about: ({ type }) => [word(type)],
    state: 'status',
    file: 'domainNginx',
    docs: 'sites/domains',
    create: {
      operation: 'createDomain',
      title: () => l10n.t('Add Domain'),
      word: () => l10n.t('Add'),
      fields: [
        text('name', () => l10n.t('Domain'), { isRequired: true, format: 'noSpaces', placeholder: 'example.com' }),
        choice('www_redirect_type', () => l10n.t('Redirect www.'), redirectTypes(), {
          isRequired: true,
          preset: 'from-www',
        }),
        yesNo('allow_wildcard_subdomains', () => l10n.t('Allow Wildcard Subdomains'), {
          isRequired: true,
          preset: false,
        }),
      ],
    },
    edit: {
      operation: 'updateDomain',
      fields: [
        choice('www_redirect_type', () => l10n.t('Redirect www.'), redirectTypes(), { isRequired: true }),
        yesNo('allow_wildcard_subdomains', () => l10n.t('Allow Wildcard Subdomains')),
      ],
    },
    actions: {
      enable: acts('runDomainAction', 'enable', enabling, { when: ['disabled'] }),
      disable: acts('runDomainAction', 'disable', disabling, { when: ['enabled'] }),
      makePrimary: acts(
        'runDomainAction',
        'mark-as-primary',
        {
          word: () => l10n.t('Make Primary'),
          done: (name) => l10n.t('Making {0} the primary domain', name),
        },
        {
          when: ({ type }) => type === 'alias',
          ask: ({ name, place }) => ({
            question: l10n.t('Make {0} the primary domain of {1}?', name, place),
            detail: l10n.t(
              "Renames the site's folder on the server to match. Scripts that use the old path will fail.",
            ),
          }),
        },
      ),
      delete: deletes('deleteDomain', { when: ({ type }) => type !== 'primary' }),
    },
  },
  certificates: {
    on: { kind: 'domains' },
    icon: 'lock',
    list: 'listCertificates',
    parameter: 'certificate',
    show: 'showCertificate',
    name: certificateName,
    about: certificateAbout,
    at: 'created_at',
    state: 'status',
    docs: 'sites/domains',
    create: {
      operation: 'createCertificate',
      title: () => l10n.t('New Certificate'),
      fields: [
        choice(
          'type',
          () => l10n.t('Type'),
          [
            option('letsencrypt', () => "Let's Encrypt"),
            option('existing', () => l10n.t('Existing certificate')),
            option('csr', () => l10n.t('Certificate signing request (CSR)')),
            option('clone', () => l10n.t('Clone of another certificate')),
          ],
          { isRequired: true, preset: 'letsencrypt' },
        ),
        yesNo('enable', () => l10n.t('Enable When Installed'), { isAsked: true, preset: true }),
        choice('letsencrypt.verification_method', () => l10n.t('Verification'), plainOptions('http-01', 'dns-01'), {
          when: isType('letsencrypt'),
          isRequired: true,
          preset: 'http-01',
        }),
        choice(
          'letsencrypt.key_type',
          () => l10n.t({ message: 'Key', comment: ['The type of a certificate’s key: ECDSA or RSA.'] }),
          plainOptions('ecdsa', 'rsa'),
          {
            when: isType('letsencrypt'),
            isRequired: true,
            preset: 'ecdsa',
          },
        ),
        choice('letsencrypt.preferred_chain', () => l10n.t('Preferred Chain'), plainOptions('ISRG Root X1'), {
          when: isType('letsencrypt'),
        }),
        document('existing.key', () => l10n.t('Private Key'), {
          when: isType('existing'),
          isRequired: true,
          isSecret: true,
        }),
        document('existing.certificate', () => l10n.t('Certificate'), { when: isType('existing'), isRequired: true }),
        text('csr.domain', () => l10n.t('Domain'), { when: isType('csr'), isRequired: true, format: 'noSpaces' }),
        text('csr.sans', () => l10n.t('Alternative Names'), { when: isType('csr') }),
        text('csr.country', () => l10n.t('Country'), { when: isType('csr'), isRequired: true, placeholder: 'US' }),
        text('csr.state', () => l10n.t({ message: 'State', comment: ['The state or province in an address.'] }), {
          when: isType('csr'),
          isRequired: true,
        }),
        text('csr.city', () => l10n.t('City'), { when: isType('csr'), isRequired: true }),
        text('csr.organization', () => l10n.t('Organization'), { when: isType('csr'), isRequired: true }),
        text('csr.department', () => l10n.t('Department'), { when: isType('csr'), isRequired: true }),
        resource(
          'clone.certificate_id',
          () => l10n.t('Certificate'),
          { kind: 'siteCertificates' },
          { when: isType('clone'), isRequired: true },
        ),
      ],
    },
    actions: {
      enable: acts('runCertificateAction', 'enable', enabling, { when: ({ active }) => active !== true }),
      disable: acts('runCertificateAction', 'disable', disabling, { when: ({ active }) => active === true }),
      delete: deletes('deleteCertificate'),
    },
  },
  dnsRecords: {
    on: { kind: 'domains' },
    icon: 'list-flat',
    list: 'listDomainDnsRecords',
    parameter: '',
    name: ({ type, name }) => [line(type), line(name)].filter(Boolean).join(' ') || null,
    about: ({ value }) => [word(value)],
    docs: 'sites/domains',
  },
  siteCertificates: {
    on: 'site',
    icon: 'lock',
    list: 'listSiteCertificates',
    parameter: 'certificate',
    name: certificateName,
    about: certificateAbout,
    at: 'created_at',
    state: 'status',
    docs: 'sites/domains',
  },
  siteBackgroundProcesses: { on: 'site', ...processKind, siteFilter: 'site_id' },
  siteScheduledJobs: {
    command: 'newScheduledJob',
    on: 'site',
    icon: 'clock',
    list: 'listSiteScheduledJobs',
    parameter: 'job',
    show: 'showSiteScheduledJob',
    name: firstOf('name', 'command'),
    about: (attributes) => [schedule(attributes), word(attributes.user)],
    at: 'next_run_time',
    state: 'status',
    output: 'siteJob',
    docs: 'resources/scheduler',
    create: jobForm('createSiteScheduledJob'),
    actions: { delete: deletes('deleteSiteScheduledJob') },
  },
  commands: {
    on: 'site',
    icon: 'terminal',
    list: 'listCommands',
    parameter: 'command',
    show: 'showCommand',
    name: attribute('command'),
    about: ({ exit_code, duration }) => [
      word(exit_code) && l10n.t('exit code {0}', word(exit_code) ?? ''),
      word(duration),
    ],
    at: 'created_at',
    state: 'status',
    output: 'command',
    isHistory: true,
    docs: 'sites/commands',
    createdBy: { command: 'runCommand', title: () => l10n.t('Run Command') },
    actions: {
      delete: deletes('deleteCommand', {
        word: () => l10n.t('Stop or Remove'),
        done: (name) => l10n.t('Removing {0}', name),
        ask: ({ name, place }) => ({
          question: l10n.t('Remove the command {0}?', name),
          detail: l10n.t("Stops it if it's still running, and removes it from the history of {0}.", place),
        }),
      }),
    },
  },
  redirectRules: {
    on: 'site',
    icon: 'arrow-right',
    list: 'listRedirectRules',
    parameter: 'redirectRule',
    show: 'showRedirectRule',
    name: ({ from, to }) => [line(from), line(to)].filter(Boolean).join(' → ') || null,
    about: ({ type }) => [word(type)],
    state: 'status',
    docs: 'sites/network',
    create: {
      operation: 'createRedirectRule',
      title: () => l10n.t('New Redirect'),
      fields: [
        text('from', () => l10n.t({ message: 'From', comment: ['The path that is redirected.'] }), {
          isRequired: true,
          maxLength: 1000,
          placeholder: '/old',
        }),
        text('to', () => l10n.t({ message: 'To', comment: ['The path that a redirect leads to.'] }), {
          isRequired: true,
          maxLength: 1000,
          placeholder: '/new',
        }),
        choice(
          'type',
          () => l10n.t('Type'),
          [option('redirect', () => l10n.t('Temporary (302)')), option('permanent', () => l10n.t('Permanent (301)'))],
          { isRequired: true, preset: 'redirect' },
        ),
      ],
    },
    actions: { delete: deletes('deleteRedirectRule') },
  },
  securityRules: {
    on: 'site',
    icon: 'shield',
    list: 'listSecurityRules',
    parameter: 'securityRule',
    show: 'showSecurityRule',
    name: attribute('name'),
    about: ({ path }) => [word(path)],
    state: 'status',
    docs: 'sites/network',
    create: { operation: 'createSecurityRule', title: () => l10n.t('New Security Rule'), fields: securityFields(true) },
    edit: { operation: 'updateSecurityRule', fields: securityFields(false) },
    actions: { delete: deletes('deleteSecurityRule') },
  },
  heartbeats: {
    ...watchedKinds.heartbeats,
    on: 'site',
    list: 'listHeartbeats',
    parameter: 'heartbeat',
    show: 'showHeartbeat',
    name: attribute('name'),
    state: 'status',
    docs: 'resources/scheduler',
    create: { operation: 'createHeartbeat', title: () => l10n.t('New Heartbeat'), fields: heartbeatFields },
    edit: { operation: 'updateHeartbeat', fields: heartbeatFields },
    copies: [{ attribute: 'ping_url', word: () => l10n.t('Copy Ping URL') }],
    actions: { delete: deletes('deleteHeartbeat') },
  },
  webhooks: {
    on: 'site',
    icon: 'broadcast',
    list: 'listDeploymentWebhooks',
    parameter: 'deploymentWebhook',
    show: 'showDeploymentWebhook',
    name: attribute('host'),
    at: 'created_at',
    docs: 'sites/deployments',
    create: {
      operation: 'createDeploymentWebhook',
      title: () => l10n.t('New Webhook'),
      fields: [
        text('url', () => l10n.t('URL'), {
          isRequired: true,
          format: 'url',
          placeholder: 'https://example.com/deployed',
          hint: () => l10n.t('Forge calls it after each deployment.'),
        }),
      ],
    },
    actions: { delete: deletes('deleteDeploymentWebhook') },
  },
  horizon: integration('showHorizon', 'enableHorizon', 'disableHorizon'),
  octane: integration('showOctane', 'enableOctane', 'disableOctane', [
    choice('server', () => l10n.t('Server'), plainOptions('swoole', 'roadrunner', 'frankenphp'), {
      isRequired: true,
      preset: 'frankenphp',
    }),
    number('port', () => l10n.t('Port'), { isRequired: true, isText: true, min: 1, max: 65_535, preset: 8000 }),
  ]),
  reverb: integration('showReverb', 'enableReverb', 'disableReverb', [
    text('host', () => l10n.t('Host'), { isRequired: true, format: 'noSpaces', placeholder: 'ws.example.com' }),
    number('port', () => l10n.t('Port'), { isRequired: true, isText: true, min: 1, max: 65_535, preset: 8080 }),
    number('connections', () => l10n.t('Connections'), { isRequired: true, min: 1, max: 50_000, preset: 1000 }),
  ]),
  // Forge's API can't disable it.
  inertia: integration('showInertia', 'enableInertia', null),
  pulse: integration('showPulse', 'enablePulse', 'disablePulse'),
  scheduler: integration('showLaravelScheduler', 'enableLaravelScheduler', 'disableLaravelScheduler'),
  maintenance: {
    ...integration('showMaintenanceMode', 'enableMaintenanceMode', 'disableMaintenanceMode'),
    icon: 'tools',
    state: 'status',
    isPartOfRow: true,
    actions: {
      enable: {
        operation: 'enableMaintenanceMode',
        ...enabling,
        when: (attributes: Json) => !isOn(attributes),
        fields: [
          choice(
            'status',
            () => l10n.t('Status Code'),
            [
              option(503, () => l10n.t('503 Service Unavailable')),
              option(307, () => l10n.t('307 Temporary Redirect')),
              option(304, () => l10n.t('304 Not Modified')),
              option(410, () => l10n.t('410 Gone')),
            ],
            { isRequired: true, preset: 503 },
          ),
          secret('secret', () => l10n.t('Bypass Secret'), {
            canBeGenerated: true,
            hint: () => l10n.t('Anyone who adds it to the URL can bypass the maintenance page.'),
          }),
          text('redirect', () => l10n.t('Redirect To'), { placeholder: '/' }),
        ],
        ask: ({ place }) => ({
          question: l10n.t('Put {0} into maintenance mode?', place),
          detail: l10n.t('Visitors see the maintenance page until someone turns it off.'),
        }),
      },
      disable: { operation: 'disableMaintenanceMode', word: disabling.word, done: disabling.done, when: isOn },
    },
  },
  composerCredentials: {
    on: 'site',
    icon: 'package',
    list: 'listComposerCredentials',
    parameter: 'repository',
    show: 'showComposerCredential',
    name: attribute('repository'),
    about: ({ username }) => [word(username)],
    docs: 'resources/packages',
    create: {
      operation: 'createComposerCredential',
      title: () => l10n.t('New Composer Credential'),
      fields: composerFields,
    },
    edit: { operation: 'updateComposerCredential', fields: composerFields },
    copies: [{ attribute: 'password', word: () => l10n.t('Copy Password') }],
    actions: { delete: deletes('deleteComposerCredential') },
  },
  npmCredentials: {
    on: 'site',
    icon: 'package',
    list: 'listNpmCredentials',
    parameter: 'registry',
    show: 'showNpmCredential',
    name: attribute('registry'),
    about: ({ scopes }) => (Array.isArray(scopes) ? scopes.map(word) : []),
    docs: 'resources/packages',
    create: { operation: 'createNpmCredential', title: () => l10n.t('New npm Credential'), fields: npmFields },
    edit: { operation: 'updateNpmCredential', fields: npmFields },
    copies: [{ attribute: 'token', word: () => l10n.t('Copy Token') }],
    actions: { delete: deletes('deleteNpmCredential') },
  },
  loadBalancingNodes: {
    on: 'site',
    icon: 'split-horizontal',
    list: 'listLoadBalancingNodes',
    parameter: '',
    name: ({ server_id: server, port }) => [word(server), word(port)].filter(Boolean).join(':') || null,
    about: ({ weight, backup, down }) => [
      word(weight) && l10n.t('weight {0}', word(weight) ?? ''),
      backup === true ? l10n.t('backup') : null,
      down === true ? l10n.t('out of service') : null,
    ],
    docs: 'servers/load-balancing',
    create: {
      operation: 'updateLoadBalancingNodes',
      isChange: true,
      done: () => l10n.t('Changing load balancing'),
      title: () => l10n.t('Change Load Balancing'),
      word: () => l10n.t('Save'),
      fields: balancingFields({ isRequired: true }),
    },
  },
  healthcheck: {
    ...onlyOne,
    on: 'site',
    icon: 'heart',
    single: 'showHealthcheck',
    about: ({ healthcheck_endpoint: url }) => [word(url) ?? l10n.t('none')],
    group: 'siteSettings',
    docs: 'sites/deployments',
    edit: {
      operation: 'updateHealthcheck',
      fields: [
        text('healthcheck_endpoint', () => l10n.t('URL'), {
          isAsked: true,
          format: 'url',
          placeholder: 'https://example.com/up',
          hint: () => l10n.t('Forge checks it after each deployment. Leave empty for no check.'),
        }),
      ],
    },
  },
  deployKey: {
    ...onlyOne,
    on: 'site',
    icon: 'key',
    single: 'showDeployKey',
    about: ({ key }) => [typeof key === 'string' && key !== '' ? l10n.t('created') : l10n.t('none')],
    group: 'siteSettings',
    docs: 'sites/deployments',
    copies: [{ attribute: 'key', word: () => l10n.t('Copy Public Key') }],
    actions: {
      create: {
        operation: 'createDeployKey',
        word: () => l10n.t('Create'),
        done: () => l10n.t('Created the deploy key'),
        when: ({ key }) => typeof key !== 'string' || key === '',
      },
      delete: deletes('deleteDeployKey', {
        when: ({ key }) => typeof key === 'string' && key !== '',
        ask: ({ place }) => ({
          question: l10n.t('Delete the deploy key of {0}?', place),
          detail: l10n.t('The site will no longer be able to access its repository with it.'),
        }),
      }),
    },
  },
} as const satisfies Readonly<Record<string, Kind>>;
