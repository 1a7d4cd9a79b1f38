import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type OperationName, operations } from '../../../src/forge/operationTable';
import { type KindId, kindOf, kinds } from '../../../src/resources/catalogue';
import type { Field } from '../../../src/resources/kind';
import { projectRoot } from '../../paths';

/** The operations that a row of the catalogue names. */
export function operationsOfKind(id: KindId): readonly OperationName[] {
  const { list, single, show, create, edit, actions = {} } = kindOf(id);
  const forms = [create, edit, ...Object.values(actions)].filter((form) => form !== undefined);
  const named = [list, single, show, ...forms.map(({ operation }) => operation)];
  const sources = forms.flatMap(({ fields = [] }) => fields.flatMap(listsOf));
  return [...new Set([...named, ...sources].filter((name) => name !== undefined))];
}

function listsOf(field: Field): readonly OperationName[] {
  switch (field.type) {
    case 'resource':
    case 'resources':
      return ['list' in field.from ? field.from.list : undefined, field.selected?.list].filter(
        (name) => name !== undefined,
      );
    case 'entries':
      return field.fields.flatMap(listsOf);
    default:
      return [];
  }
}

/** The operations that the rest of the extension calls. */
function operationsElsewhere(): ReadonlySet<OperationName> {
  const source = readdirSync(join(projectRoot, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.includes('resources') && !file.endsWith('operationTable.ts'))
    .map((file) => readFileSync(join(projectRoot, 'src', file), 'utf8'))
    .join('\n');
  const named = new Set([...source.matchAll(/'([a-z][A-Za-z]+)'/g)].map(([, name]) => name));
  return new Set((Object.keys(operations) as OperationName[]).filter((name) => named.has(name)));
}

/** Operations that nothing reaches, and why. */
export const unreached: Readonly<Partial<Record<OperationName, string>>> = {
  listAllSites: 'the sites of each organization say more',
  showOrganization: 'the list of organizations says the same',
  showUser: '/me answers the same',
  showDeploymentStatus: 'the deployment itself says more',
  showActiveCertificate: 'the list says which one is active',
  showDomainCertificate: 'the list says which one is active',
  showVpc: 'the list says the same',
  showProvider: 'the list says the same',
  showProviderSize: 'the list says the same',
  showProviderRegion: 'the list says the same',
  listProviderRegionSizes: 'has only names; the sizes of the provider say more',
  showProviderRegionSize: 'has only names; the sizes of the provider say more',
  showPermission: 'the list says the same',
  listServerDeployments: 'not every Forge has it',
  updateGitRepository: 'not every Forge has it, and its body is undescribed',
  reorderRedirectRules: 'not every Forge has it, and its body is undescribed',
  exportRedirectRules: 'carries a file',
  importRedirectRules: 'carries a file',
};

/** Which operations are reached, and from where. */
export function reach(): {
  readonly byKind: ReadonlyMap<OperationName, readonly KindId[]>;
  readonly elsewhere: ReadonlySet<OperationName>;
} {
  const byKind = new Map<OperationName, KindId[]>();
  for (const id of Object.keys(kinds) as KindId[]) {
    for (const name of operationsOfKind(id)) {
      byKind.set(name, [...(byKind.get(name) ?? []), id]);
    }
  }
  return { byKind, elsewhere: operationsElsewhere() };
}
