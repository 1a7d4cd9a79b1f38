import assert from 'node:assert/strict';
import type { Repository } from '../../../src/forge/resources';
import { isSameRepository, sitesOfCheckout } from '../../../src/workspace/matchSites';
import { anyText, anyUrl } from '../../anyText';
import fc from '../../fastCheck';

const repository = (provider: string | null, url: string, branch = 'main'): Repository => ({ provider, url, branch });

describe('A git remote', () => {
  const same = (deployed: Repository, remotes: readonly string[]) => {
    for (const remote of remotes) {
      assert.equal(isSameRepository(remote, deployed), true, remote);
    }
  };
  const different = (deployed: Repository, remotes: readonly string[]) => {
    for (const remote of remotes) {
      assert.equal(isSameRepository(remote, deployed), false, remote);
    }
  };

  it('is the repository of a hosted provider in every spelling', () => {
    same(repository('github', 'acme/shop'), [
      'git@github.com:acme/shop.git',
      'git@github.com:acme/shop',
      'github.com:acme/shop.git',
      'https://github.com/acme/shop.git',
      'https://github.com/acme/shop',
      'https://github.com/acme/shop/',
      'https://github.com/acme/shop.git/',
      'ssh://git@github.com/acme/shop.git',
      'ssh://git@github.com:22/acme/shop.git',
      'git://github.com/acme/shop.git',
      'git+ssh://git@github.com/acme/shop.git',
      'org-1234@github.com:acme/shop.git',
      ' git@github.com:acme/shop.git\n',
    ]);
    same(repository('bitbucket', 'acme/shop'), ['git@bitbucket.org:acme/shop.git']);
  });

  it('may have other capital letters', () => {
    same(repository('github', 'Acme/Shop'), ['git@GitHub.com:acme/shop.git', 'https://github.com/ACME/SHOP.git']);
  });

  it('may carry credentials', () => {
    same(repository('github', 'acme/shop'), [
      'https://token@github.com/acme/shop.git',
      'https://user:p%40ss@github.com/acme/shop.git',
      'https://oauth2:glpat-x@github.com/acme/shop',
    ]);
  });

  it('may lie in nested groups', () => {
    const deployed = repository('gitlab', 'acme/web/team/shop');
    same(deployed, ['git@gitlab.com:acme/web/team/shop.git', 'https://gitlab.com/acme/web/team/shop.git']);
    different(deployed, ['git@gitlab.com:acme/shop.git', 'git@gitlab.com:web/team/shop.git']);
  });

  it('may use an alias of the person’s ssh configuration, and ssh on the port of https', () => {
    same(repository('github', 'acme/shop'), [
      'git@github-work:acme/shop.git',
      'work:acme/shop.git',
      'ssh://git@ssh.github.com:443/acme/shop.git',
    ]);
    same(repository('gitlab', 'acme/shop'), ['ssh://git@altssh.gitlab.com:443/acme/shop.git']);
  });

  it('may use an alias that names the host that it stands for, over ssh alone', () => {
    same(repository('github', 'acme/shop'), [
      'git@github.com-work:acme/shop.git',
      'github.com-work:acme/shop.git',
      'ssh://git@github.com-work/acme/shop.git',
      'git+ssh://git@github.com_work/acme/shop.git',
      'git@GitHub.com-My-Work:acme/shop.git',
      'git@work.github.com:acme/shop.git',
      'ssh://git@work.github.com:22/acme/shop.git',
      'git@work.github.com-2:acme/shop.git',
    ]);
    same(repository('gitlab', 'acme/web/shop'), ['git@gitlab.com-acme:acme/web/shop.git']);
    same(repository('bitbucket', 'acme/shop'), ['git@me.bitbucket.org:acme/shop.git']);
    same(repository('custom', 'git@git.acme.example:web/docs.git'), ['git@git.acme.example-deploy:web/docs.git']);
    different(repository('github', 'acme/shop'), [
      'https://github.com-work/acme/shop.git',
      'https://work.github.com/acme/shop.git',
      'https://gitea/acme/shop.git',
      'http://localhost:3000/acme/shop.git',
      'git://work.github.com/acme/shop.git',
      'git@github.com.evil.example:acme/shop.git',
      'git@github.com-work.evil.example:acme/shop.git',
      'git@evil-github.com:acme/shop.git',
      'git@evilgithub.com:acme/shop.git',
      'git@github.com.work:acme/shop.git',
      'git@github.community:acme/shop.git',
      'git@gitlab.com-work:acme/shop.git',
      'git@github.com-work:acme/other.git',
    ]);
    // Below somebody's own name there may be several servers.
    different(repository('custom', 'git@acme.example:web/docs.git'), ['git@old.acme.example:web/docs.git']);
  });

  describe('of Azure DevOps', () => {
    const spellings = [
      'https://dev.azure.com/Acme/Web/_git/Shop',
      'https://Acme@dev.azure.com/Acme/Web/_git/Shop',
      'git@ssh.dev.azure.com:v3/Acme/Web/Shop',
      'ssh://git@ssh.dev.azure.com:22/v3/Acme/Web/Shop',
      'https://acme.visualstudio.com/Web/_git/Shop',
      'https://acme.visualstudio.com/DefaultCollection/Web/_git/Shop',
      'Acme@vs-ssh.visualstudio.com:v3/Acme/Web/Shop',
    ];

    it('is one in each of its spellings', () => {
      for (const deployed of spellings) {
        same(repository('custom', deployed), [...spellings, 'git@azure-work:v3/Acme/Web/Shop']);
      }
      same(repository('custom', spellings[0] ?? ''), ['git@ssh.dev.azure.com-work:v3/Acme/Web/Shop']);
    });

    it('may have spaces, and the name of its project', () => {
      same(repository('custom', 'https://dev.azure.com/acme/My%20Web/_git/My%20Shop'), [
        'git@ssh.dev.azure.com:v3/acme/My%20Web/My%20Shop',
        'https://acme.visualstudio.com/My%20Web/_git/My%20Shop',
      ]);
      same(repository('custom', 'https://dev.azure.com/acme/_git/shop'), [
        'git@ssh.dev.azure.com:v3/acme/shop/shop',
        'https://acme.visualstudio.com/_git/shop',
        'https://acme.visualstudio.com/DefaultCollection/_git/shop',
      ]);
    });

    it('is another of another organization, project or name, and on another host', () => {
      different(repository('custom', spellings[0] ?? ''), [
        'https://dev.azure.com/other/Web/_git/Shop',
        'https://dev.azure.com/Acme/Other/_git/Shop',
        'git@ssh.dev.azure.com:v3/Acme/Web/Other',
        'https://other.visualstudio.com/Web/_git/Shop',
        'https://dev.azure.com.evil.example/Acme/Web/_git/Shop',
        'git@ssh.dev.azure.com.evil.example:v3/Acme/Web/Shop',
        'https://acme.visualstudio.com.evil.example/Web/_git/Shop',
      ]);
    });
  });

  it('of Bitbucket Data Center is one with /scm/ and over ssh', () => {
    const spellings = [
      'https://git.acme.example/scm/web/shop.git',
      'https://ann@git.acme.example:8443/scm/WEB/shop.git',
      'https://git.acme.example/bitbucket/scm/web/shop.git',
      'ssh://git@git.acme.example:7999/web/shop.git',
      'git@git.acme.example:web/shop.git',
    ];
    for (const deployed of spellings) {
      same(repository('custom', deployed), spellings);
      different(repository('custom', deployed), [
        'https://git.acme.example/scm/other/shop.git',
        'https://git.other.example/scm/web/shop.git',
        'ssh://git@git.acme.example:7999/web/shop2.git',
      ]);
    }
    same(repository('custom', 'https://git.acme.example/scm/~ann/shop.git'), [
      'ssh://git@git.acme.example:7999/~ann/shop.git',
    ]);
  });

  it('may lie in a group that is called scm', () => {
    same(repository('gitlab', 'scm/web/shop'), ['git@gitlab.com:scm/web/shop.git']);
    different(repository('gitlab', 'web/shop'), ['https://gitlab.com/scm/web/shop.git']);
    for (const deployed of ['git@git.acme.example:scm/web/shop.git', 'https://git.acme.example/scm/web/shop']) {
      same(repository('gitlab-custom', deployed), [
        'git@git.acme.example:scm/web/shop.git',
        'https://git.acme.example/scm/web/shop.git',
      ]);
    }
    same(repository('gitlab-custom', 'scm/web/shop'), ['git@git.acme.example:scm/web/shop.git']);
  });

  it('may name the port of a server of one’s own', () => {
    const deployed = repository('custom', 'git@git.acme.example:web/docs.git');
    same(deployed, [
      'git@git.acme.example:web/docs.git',
      'ssh://git@git.acme.example:2222/web/docs.git',
      'https://git.acme.example:8443/web/docs.git',
      'https://git.acme.example/web/docs',
    ]);
    same(repository(null, 'ssh://git@git.acme.example:2222/web/docs.git'), ['git@git.acme.example:web/docs.git']);
    same(repository('gitlab-custom', 'web/docs'), ['git@git.acme.example:web/docs.git']);
  });

  it('is another repository on another host, of another owner or with another name', () => {
    different(repository('github', 'acme/shop'), [
      'git@gitlab.com:acme/shop.git',
      'https://github.com.evil.example/acme/shop.git',
      'https://evil.example/github.com/acme/shop.git',
      'git@github.com:other/shop.git',
      'git@github.com:acme/shop2.git',
      'git@github.com:acme/shop.github.git',
    ]);
    different(repository('custom', 'git@git.acme.example:web/docs.git'), ['git@git.other.example:web/docs.git']);
  });

  it('is nothing where it is no address', () => {
    different(repository('github', 'acme/shop'), [
      '',
      ' ',
      '/srv/git/acme/shop.git',
      'C:\\repos\\shop',
      'C:/acme/shop',
      'file:///acme/shop.git',
      '../shop',
      '../acme/shop',
      'shop',
    ]);
    different(repository('custom', ''), ['', 'git@github.com:acme/shop.git']);
  });

  it('never makes the comparison throw', () => {
    fc.assert(
      fc.property(anyText(), fc.oneof(fc.string(), anyUrl), (one, other) => {
        isSameRepository(one, repository(other, other));
        isSameRepository(other, repository('constructor', one));
      }),
    );
  });
});

describe('The site of a checkout', () => {
  const site = (id: string, branch: string, url = 'acme/shop') => ({
    site: { id, repository: repository('github', url, branch) },
  });
  const production = site('production', 'main');
  const staging = site('staging', 'develop');
  const preview = site('preview', 'develop');
  const other = site('other', 'develop', 'acme/blog');
  const bare = { site: { id: 'bare', repository: null } };
  const sites = [other, bare, staging, preview, production];
  const find = (
    branch: string | undefined,
    lastUsed?: object,
    of: readonly (typeof production | typeof bare)[] = sites,
  ) => all(branch, lastUsed, of)[0];
  const all = (
    branch: string | undefined,
    lastUsed?: object,
    of: readonly (typeof production | typeof bare)[] = sites,
  ) =>
    sitesOfCheckout(
      of,
      {
        remotes: ['git@example:x/y.git', 'git@github.com:acme/shop.git'].map((url) => ({ name: 'origin', url })),
        branch,
      },
      (entry) => entry === lastUsed,
    );

  it('is the one that deploys the current branch', () => {
    assert.equal(find('main'), production);
    assert.equal(find('develop'), staging);
  });

  it('is the one used last where several deploy the branch', () => {
    assert.equal(find('develop', preview), preview);
    assert.equal(find('develop', production), staging, 'the branch counts more');
  });

  it('is the one used last where none deploys the branch, else that of main, of master, the first', () => {
    assert.equal(find('feature', preview), preview);
    assert.equal(find('feature', other), production, 'another repository was used last');
    assert.equal(find('feature'), production);
    assert.equal(find(undefined), production);
    const master = site('old', 'master');
    assert.equal(find('feature', undefined, [staging, master]), master);
    assert.equal(find('feature', undefined, [preview, staging]), preview);
  });

  it('comes before the others of the repository, of which none is left out', () => {
    assert.deepEqual(all('develop', preview), [preview, staging, production]);
    assert.deepEqual(all('main'), [production, staging, preview]);
    const five = ['a', 'b', 'c', 'main', 'd'].map((branch) => site(branch, branch));
    assert.deepEqual(all('c', undefined, five), [five[2], five[3], five[0], five[1], five[4]]);
  });

  it('is none where none deploys the repository', () => {
    assert.equal(find('main', undefined, [other, bare]), undefined);
    assert.deepEqual(
      sitesOfCheckout(sites, { remotes: [], branch: 'main' }, () => true),
      [],
    );
  });
});
