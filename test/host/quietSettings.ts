/** User settings that keep a window free of what has nothing to do with this extension. */
export const quietSettings = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  // Files of VS Code's own, which it opens by itself: as JSON they would start language servers in each window.
  'files.associations': { 'chatLanguageModels.json': 'plaintext' },
  'git.autofetch': false,
  'git.openRepositoryInParentFolders': 'never',
  // Tasks that VS Code would look for in the files of the folder each time one is begun.
  'npm.autoDetect': 'off',
  'typescript.tsc.autoDetect': 'off',
  // A simulator or a tunnel that listens is no news.
  'remote.autoForwardPorts': false,
  // Otherwise the extension host of a server starts a program every two seconds to look who listens, and waits 20 ms for it.
  'remote.autoForwardPortsSource': 'output',
  // Restricted Mode begins without a question where a test wants it.
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'never',
  'telemetry.telemetryLevel': 'off',
  // Without a graphics card it is drawn by the processor either way, and this way with less.
  'terminal.integrated.gpuAcceleration': 'off',
  'update.mode': 'none',
  'update.showReleaseNotes': false,
  'window.commandCenter': false,
  'window.menuBarVisibility': 'hidden',
  'workbench.enableExperiments': false,
  'workbench.layoutControl.enabled': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
};

/** User settings that leave out what VS Code draws or looks for in editors, for a window in which nobody looks at it: a fifth of its work. */
export const unseenSettings = {
  'breadcrumbs.enabled': false,
  'editor.bracketPairColorization.enabled': false,
  'editor.glyphMargin': false,
  'editor.guides.indentation': false,
  'editor.hideCursorInOverviewRuler': true,
  'editor.inlineSuggest.enabled': false,
  'editor.lightbulb.enabled': 'off',
  'editor.lineNumbers': 'off',
  'editor.matchBrackets': 'never',
  'editor.minimap.enabled': false,
  'editor.occurrencesHighlight': 'off',
  'editor.overviewRulerBorder': false,
  'editor.quickSuggestions': { other: 'off', comments: 'off', strings: 'off' },
  'editor.renderLineHighlight': 'none',
  'editor.selectionHighlight': false,
  'editor.stickyScroll.enabled': false,
  'editor.wordBasedSuggestions': 'off',
  'explorer.decorations.badges': false,
  'explorer.decorations.colors': false,
  'git.decorations.enabled': false,
  'problems.decorations.enabled': false,
  'workbench.activityBar.location': 'hidden',
  'workbench.editor.editorActionsLocation': 'hidden',
  'workbench.editor.showTabs': 'none',
  'workbench.iconTheme': null,
};
