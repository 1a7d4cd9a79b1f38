import * as l10n from '@vscode/l10n';
import * as vscode from 'vscode';
import type { FileEditing } from '../files/fileEditing';
import type { Fleet } from '../fleet/fleet';
import { pickServers } from '../fleet/pickServers';
import type { OrganizationEntry, ServerEntry } from '../fleet/rows';
import { oneLine } from '../forge/oneLine';
import { type AnyResource, line } from '../forge/resources';
import type { ResourceLists } from '../resources/resourceLists';
import { nameOf } from '../resources/resourceWords';
import { drawnText } from '../ui/ansiText';
import { pathSegment } from '../ui/pathSegment';
import { pickRow } from '../ui/pickRow';
import { PlainError } from '../ui/plainError';
import { clock as asClock } from '../ui/relativeTime';
import { ask, notify, sayBriefly } from '../ui/say';
import { steps } from '../ui/steps';
import { resourcesTarget } from '../ui/target';
import { type RecipeRun, runRecipeOn } from './recipeRuns';

const kind = 'recipes';

/** Maximum number of servers in a question, and how much of each output is shown, in characters. */
const mostServers = 30;
const mostShown = 1_000_000;

/** The order of the outputs: failures first. */
const order: readonly RecipeRun['is'][] = ['failed', 'missing', 'unclear', 'running', 'finished'];

const words: Readonly<Record<RecipeRun['is'], () => string>> = {
  failed: () => l10n.t('failed'),
  missing: () => l10n.t('not listed by Forge'),
  unclear: () => l10n.t('started twice'),
  running: () => l10n.t('still running'),
  finished: () => l10n.t('finished'),
};

/**
 * Asks for a recipe and for servers, runs it there after a question, follows it, and shows all outputs in one document, failures first.
 * @param picked servers that are selected at first
 * @throws ForgeError, PlainError
 */
export async function runRecipe(
  fleet: Fleet,
  lists: ResourceLists,
  editing: FileEditing,
  entry: OrganizationEntry,
  picked: readonly ServerEntry[],
  title: string,
): Promise<void> {
  await entry.account.client.requireScopes('runRecipe');
  const recipe = await pickRecipe(lists, entry, title);
  const name = recipe && nameOf(kind, recipe);
  const servers =
    recipe &&
    (await pickServers(fleet, l10n.t('{0} – {1}', title, name ?? ''), {
      where: entry,
      picked: picked.map(({ key }) => key),
    }));
  if (!recipe || name === undefined || !servers || !(await isConfirmed(recipe, name, servers))) {
    return;
  }
  const runs = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: l10n.t('Running {0}', name),
      cancellable: true,
    },
    (progress, canceled) => {
      const stop = new AbortController();
      canceled.onCancellationRequested(() => stop.abort());
      progress.report({ message: progressOf([], servers.length) });
      return runRecipeOn(
        { entry, recipe: recipe.id },
        servers,
        fleet.clock,
        (seen) => progress.report({ message: progressOf(seen, servers.length) }),
        stop.signal,
      );
    },
  );
  const text = await documentOf(name, runs, new Date(entry.account.client.now()));
  const path = `/${pathSegment(entry.organization.name)}/${pathSegment(name)}`;
  const uri = await editing.showText(path, text, 'markdown', entry.account.signal);
  await vscode.commands.executeCommand('vscode.open', uri, {
    preview: false,
  } satisfies vscode.TextDocumentShowOptions);
  await tellEnd(name, runs);
}

async function pickRecipe(
  lists: ResourceLists,
  { key }: OrganizationEntry,
  title: string,
): Promise<AnyResource | undefined> {
  const rows = lists.read(key, kind, 'user').then(() => {
    const { rows: recipes = [], error } = lists.list(key, kind);
    if (recipes.length === 0) {
      throw (
        error ??
        new PlainError(l10n.t('No recipes found. Create one first.'), steps.newResource(resourcesTarget(key, kind)))
      );
    }
    return recipes.map((recipe) =>
      pickRow(
        {
          label: nameOf(kind, recipe),
          description: l10n.t({
            message: 'as {0}',
            args: [line(recipe.attributes.user) ?? ''],
            comment: ['{0} is the user that a script runs as.'],
          }),
          detail: oneLine(String(recipe.attributes.script ?? ''), 120),
          icon: 'notebook',
        },
        { recipe },
      ),
    );
  });
  const options = { title, placeHolder: l10n.t('Select a recipe'), matchOnDetail: true };
  return (await vscode.window.showQuickPick(rows, options))?.recipe;
}

async function isConfirmed(
  { attributes: { user, script } }: AnyResource,
  name: string,
  servers: readonly ServerEntry[],
): Promise<boolean> {
  const names = servers.slice(0, mostServers).map(({ server }) => server.name);
  const more = servers.length - names.length;
  const run = l10n.t('Run');
  const answer = await ask({
    question:
      servers.length === 1
        ? l10n.t('Run {0} on {1}?', name, names[0] ?? '')
        : l10n.t('Run {0} on {1} servers?', name, servers.length),
    detail: [
      [...names, ...(more > 0 ? [l10n.t('and {0} more', more)] : [])].join('\n'),
      l10n.t('Runs its script there as {0}. Forge has no way to stop it.', line(user) ?? ''),
      typeof script === 'string' ? oneLine(script, 300) : undefined,
    ],
    answers: [run],
  });
  return answer === run;
}

function progressOf(runs: readonly RecipeRun[], count: number): string {
  const failed = runs.filter(({ is }) => is === 'failed').length;
  const done = runs.filter(({ is }) => is !== 'running').length;
  return failed > 0
    ? l10n.t('{0} of {1} done, {2} failed', done, count, failed)
    : l10n.t('{0} of {1} done', done, count);
}

/** The outputs under headings, in fences that nothing in them can end. */
async function documentOf(name: string, runs: readonly RecipeRun[], at: Date): Promise<string> {
  const sorted = runs.toSorted((a, b) => order.indexOf(a.is) - order.indexOf(b.is));
  const counts = order.flatMap((is) => {
    const count = runs.filter((run) => run.is === is).length;
    return count > 0 ? [l10n.t('{0}: {1}', words[is](), count)] : [];
  });
  const sections: string[] = [];
  for (const { server, is, output, durationMs } of sorted) {
    const end = output.length > mostShown ? output.slice(-mostShown) : output;
    const { text } = await drawnText(end);
    const longest = Math.max(2, ...(text.match(/`{3,}/g) ?? []).map((fence) => fence.length));
    const fence = '`'.repeat(longest + 1);
    const took = durationMs === null ? [] : [asClock(durationMs)];
    const body =
      text.trim() === ''
        ? [l10n.t('No output.')]
        : [
            ...(end.length < output.length ? [l10n.t('Only the end of its output is shown.'), ''] : []),
            fence,
            text.replace(/\n+$/, ''),
            fence,
          ];
    sections.push(['', `## ${[server.server.name, words[is](), ...took].join(' · ')}`, '', ...body].join('\n'));
  }
  const when = at.toLocaleString(vscode.env.language);
  return [`# ${name}`, '', `${when} · ${counts.join(' · ')}`, ...sections, ''].join('\n');
}

async function tellEnd(name: string, runs: readonly RecipeRun[]): Promise<void> {
  const failed = runs.filter(({ is }) => is === 'failed').length;
  const open = runs.filter(({ is }) => is !== 'failed' && is !== 'finished').length;
  if (failed > 0) {
    await notify('warning', l10n.t('{0} failed on {1} of {2} servers.', name, failed, runs.length));
  } else if (open > 0) {
    await notify(
      'information',
      l10n.t('Lost track of {0} on {1} of {2} servers. Check its runs under Resources.', name, open, runs.length),
    );
  } else {
    sayBriefly(l10n.t('{0} has finished', name));
  }
}
