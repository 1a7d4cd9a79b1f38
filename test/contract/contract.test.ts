import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Operation } from '../../src/forge/operations';
import { operations } from '../../src/forge/operationTable';
import { knownScopes } from '../../src/forge/scopes';
import { projectRoot } from '../paths';
import { type Json, loadDescription, placeOf, placesOf, scopesOf } from '../simulator/description';
import { laterOperations } from '../simulator/laterOperations';
import type { Exchange } from '../simulator/requestLog';
import { ContractCheck } from './contractCheck';
import { readExchanges, walk } from './walk';

const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { version: string };
const userAgent = `vscode-laravel-forge/${version}`;
const exchanges = process.env.FORGE_EXCHANGES ?? join(projectRoot, 'out', 'exchanges');
const recordings = existsSync(exchanges) ? readdirSync(exchanges).filter((file) => file.endsWith('.jsonl')) : [];

/** How many different problems of one operation are told, and how many operations. */
const most = 8;

/** Fails with what is wrong, operation by operation, each problem once with how often it was met. */
function assertNoProblems(
  of: readonly Exchange[],
  operationOf: (exchange: Exchange) => string,
  problemsOf: (exchange: Exchange) => string[],
) {
  const operationsWithProblems = new Map<string, Map<string, number>>();
  for (const exchange of of) {
    for (const problem of problemsOf(exchange)) {
      const name = operationOf(exchange);
      const problems = operationsWithProblems.get(name) ?? new Map<string, number>();
      operationsWithProblems.set(name, problems.set(problem, (problems.get(problem) ?? 0) + 1));
    }
  }
  const lines = [...operationsWithProblems]
    .slice(0, most * 2)
    .flatMap(([name, problems]) => [
      name,
      ...[...problems]
        .slice(0, most)
        .map(([problem, count]) => `    ${problem}${count > 1 ? ` (${count} times)` : ''}`),
      ...(problems.size > most ? [`    and ${problems.size - most} more`] : []),
    ]);
  assert.equal(operationsWithProblems.size, 0, `\n${lines.join('\n')}\n`);
}

describe('The contract with the Forge API', () => {
  const description = loadDescription();
  const check = new ContractCheck(description, userAgent);

  const requestsAreDescribed = (of: () => readonly Exchange[]) => () =>
    assertNoProblems(
      of(),
      (exchange) => check.operationOf(exchange),
      (exchange) => check.requestProblems(exchange),
    );
  const responsesAreDescribed = (of: () => readonly Exchange[]) => () =>
    assertNoProblems(
      of().filter(({ fault }) => !fault),
      (exchange) => check.operationOf(exchange),
      (exchange) => check.responseProblems(exchange),
    );

  describe('in the table of operations', () => {
    const nameOf = ({ method, path }: Operation) => `${method} ${path}`;
    const table: readonly Operation[] = Object.values(operations);

    it('has every operation that is described, and those that are known to be younger', () => {
      const described = placesOf(description).map(({ method, template }) => `${method} ${template}`);
      const names = (isLater: boolean) =>
        table.filter(({ mayBeMissing = false }) => mayBeMissing === isLater).map(nameOf);
      assert.deepEqual(names(false).sort(), described.sort());
      assert.deepEqual(names(true).sort(), laterOperations.map(({ operation }) => operation).sort());
    });

    it('names for each operation the scopes that the description names', () => {
      for (const operation of table) {
        const name = nameOf(operation);
        const place = placeOf(description, name);
        const scopes = place
          ? scopesOf(place.operation)
          : laterOperations.find((later) => later.operation === name)?.scopes;
        assert.deepEqual([...operation.scopes].sort(), [...(scopes ?? [])].sort(), name);
      }
    });

    it('knows every scope', () => {
      const { enum: scopes } = description.components.schemas.Permission as Json;
      assert.deepEqual([...knownScopes], scopes);
    });
  });

  describe('on a walk through every operation', () => {
    let walked: readonly Exchange[] = [];
    before(async () => {
      walked = await walk(userAgent, description);
    });

    it('calls each operation of the table', () => {
      const called = new Set(
        walked
          .filter(({ requestHeaders }) => requestHeaders['user-agent'] === userAgent)
          .map((exchange) => check.operationOf(exchange)),
      );
      assert.deepEqual(
        [...called].sort(),
        Object.values(operations)
          .map(({ method, path }) => `${method} ${path}`)
          .sort(),
      );
    });

    it(
      'has only requests as they are described',
      requestsAreDescribed(() => walked),
    );

    it(
      'has only responses as they are described, but for the deviations that are known',
      responsesAreDescribed(() => walked),
    );

    it('needs each exception that the tables make', () => {
      check.needed.clear();
      for (const exchange of walked) {
        check.requestProblems(exchange);
        check.responseProblems(exchange);
      }
      assert.deepEqual(check.unneeded(), []);
    });

    it('would notice what is wrong', () => {
      const good = walked.find(({ path, status }) => /\/sites$/.test(path) && status === 200);
      assert.ok(good);
      const answer = JSON.parse(good.responseBody) as { data: { id: unknown; attributes: Record<string, unknown> }[] };
      const changed = (change: (row: (typeof answer.data)[number]) => void): Exchange => {
        const copy = structuredClone(answer);
        const [first] = copy.data;
        assert.ok(first);
        change(first);
        return { ...good, responseBody: JSON.stringify(copy) };
      };
      const wrongResponses: Record<string, Exchange> = {
        'an id that is a number': changed((row) => {
          row.id = 7;
        }),
        'null where it is never sent': changed((row) => {
          row.attributes.url = null;
        }),
        'another kind where null is known': changed((row) => {
          row.attributes.aliases = 'x';
        }),
        'a missing attribute': changed((row) => {
          delete row.attributes.status;
        }),
        'an attribute too many': changed((row) => {
          row.attributes.extra = 1;
        }),
        'a status that is not described': { ...good, status: 206 },
        'another content type': { ...good, responseHeaders: { 'content-type': 'text/html' } },
        'no JSON': { ...good, responseBody: '<html>' },
      };
      for (const [name, exchange] of Object.entries(wrongResponses)) {
        assert.equal(check.responseProblems(exchange).length, 1, name);
      }
      const wrongRequests: Record<string, Exchange> = {
        'an unknown path': { ...good, path: '/orgs/acme/nothing' },
        'an unknown method': { ...good, method: 'PATCH', path: '/me' },
        'a server that is no number': { ...good, path: '/orgs/acme/servers/web-1/sites' },
        'an unknown parameter': { ...good, query: 'page[number]=2' },
        'a size that is no number': { ...good, query: 'page%5Bsize%5D=many' },
        'an unknown include': { ...good, query: 'include=server,secrets' },
        'a body where none is described': { ...good, requestBody: '{}' },
        'no token': { ...good, requestHeaders: { ...good.requestHeaders, authorization: '' } },
        'no Accept': { ...good, requestHeaders: { ...good.requestHeaders, accept: '*/*' } },
        'another client': { ...good, requestHeaders: { ...good.requestHeaders, 'user-agent': 'node-fetch' } },
        'another version': {
          ...good,
          requestHeaders: { ...good.requestHeaders, 'user-agent': 'vscode-laravel-forge/0' },
        },
      };
      for (const [name, exchange] of Object.entries(wrongRequests)) {
        assert.equal(check.requestProblems(exchange).length, 1, name);
      }
      assert.deepEqual([check.requestProblems(good), check.responseProblems(good)], [[], []]);

      const withBody = (below: string) => {
        const exchange = walked.find(({ method, path }) => method === 'PUT' && path.endsWith(below));
        assert.ok(exchange && exchange.requestBody !== '');
        return exchange;
      };
      const environment = withBody('/environment');
      for (const requestBody of ['', '{}', '{"environment":7}', 'APP_ENV=production']) {
        assert.equal(check.requestProblems({ ...environment, requestBody }).length, 1, requestBody);
      }
      assert.deepEqual(check.requestProblems({ ...withBody('/healthcheck'), requestBody: '' }), []);
    });
  });

  for (const recording of recordings) {
    describe(`in ${recording}, which another suite recorded`, () => {
      let recorded: readonly Exchange[] = [];
      before(() => {
        recorded = readExchanges(join(exchanges, recording));
      });

      it(
        'has only requests as they are described',
        requestsAreDescribed(() => recorded),
      );

      it(
        'has only responses as they are described, but for the deviations that are known',
        responsesAreDescribed(() => recorded),
      );
    });
  }
});
