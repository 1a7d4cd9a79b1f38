// What every extension loads and does: the base line.
const _vscode = require('vscode');
exports.activate = () => {};
