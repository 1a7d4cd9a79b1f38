/**
 * The tests that run in the oldest VS Code, too, by their modules and their whole titles. Together they call each member of `vscode` that
 * any test has the extension call, as a proxy has recorded it, each kind of document, list and message among them; what Forge, the network
 * and the clock do is the same in every VS Code.
 */
export const inOldest: Readonly<Record<string, readonly string[]>> = {
  arrangement: ['The tree, arranged is a flat list of all sites, which then tell their server'],
  assistant: [
    'The tools for language models take the inputs that package.json describes',
    'The tools for language models answer from what the window knows, for no request',
    'The tools for language models say why a deployment failed, for the one request of its log, and then for none',
    'The tools for language models end when the chat cancels them, which gives their request back',
    'The tools for language models that change something ask in a modal of their own, though chat and settings ask nothing, and do nothing if it is dismissed',
    'The tools for language models that change something deploy once, after the person has agreed, and ask again the next time',
  ],
  deploymentLog: [
    'The log of a deployment can be folded by steps, and has them in its outline with what they took',
    'The log of a deployment links to the local files that it names, at the line, and to no others',
    'The log of a deployment of a failure makes entries in Problems for one request, until the next success',
    'The log of a deployment is read while somebody has it in front, and not while it is behind another tab',
    'The log of a deployment is taken away by signing out also while it is read',
  ],
  extension: [
    'The extension in a real VS Code shows a signed-in account to VS Code, without its token',
    'The extension in a real VS Code stores nothing of a token that does not work',
    'The extension in a real VS Code shows the tree that the simulator has: servers, sites and deployments',
    'The extension in a real VS Code follows a deployment to its end as finished, in tree, status bar and log',
    'The extension in a real VS Code follows a deployment to its end as failed, in tree, status bar and log',
  ],
  files: [
    'Files of sites and servers are opened read-only, edited and saved: environment',
    'Files of sites and servers are opened read-only, edited and saved: phpFpm',
    'Files of sites and servers keep their byte order mark, their line ends and their missing end',
    'Files of sites and servers are not overwritten where somebody else has changed them, also by an edit of the same length',
    'Files of sites and servers are in no conflict with changes of their own that are made late, of several that are saved and asked about at once',
    'Files of sites and servers get two values one after the other, though neither is in place at once',
    'Files of sites and servers of a .env that have keys are added to one that has not, empty or as they are written',
    'Files of sites and servers offer to restart nginx after a change of its configuration, and name all that is affected',
    'Files of sites and servers are nothing that a token may not read, and say so without asking Forge',
    'Files of sites and servers keep what was typed when one signs out in the middle, and are saved after signing in again',
    'Files of sites and servers stay dirty where Forge refuses them, with what it says at the line that it names',
    'Files of sites and servers mark what is wrong in a .env, without its values',
  ],
  goTo: [
    'A list of everything names the site of a folder, which its settings keep',
    'A list of everything of servers opens a terminal on one with its button',
    'A list of everything of sites does with its buttons what one comes for',
    'A list of everything of sites finds them by all that is known',
    'A list of everything of sites chooses what was typed, also for who does not wait until that is on screen',
  ],
  nextWindow: ['A next window remembers who was signed in, but no token'],
  replacedRows: [
    'The rows of a picker that are replaced are those on screen as soon as VS Code has drawn them, whichever they are',
    'The rows of a picker that are replaced are those on screen also after there were none, at first or later',
    'The rows of a picker that are replaced are not taken for those that a person saw when they chose',
    'The rows of a picker that are replaced hold no choice where nothing stands in the place of what was seen',
    'The rows of a picker that are replaced have the first of what is found for who types on and does not wait',
  ],
  siteLogs: [
    'The logs of a site and of a server are documents with readable names, in the language of logs, without control characters',
    'The logs of a site and of a server grow by what is new while they are followed: through growth, rotation and clearing, and nothing shown is lost',
    'The logs of a site and of a server of Laravel are folded and in the outline by entry, and link to the local files',
    'The logs of a site and of a server keep the colours of what is new, also where only entries from a level on are shown',
    'The logs of a site and of a server are taken away by signing out, and come back with signing in, when they are read again',
  ],
};
