import * as vscode from 'vscode';

/** A view that most windows never open: what fills it is loaded when its rows are asked for first. */
export class LateTree<Node> implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  readonly view: vscode.TreeView<Node>;
  private readonly changed = new vscode.EventEmitter<Node | undefined>();
  private loaded: vscode.TreeDataProvider<Node> | undefined;

  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    viewId: string,
    private readonly load: (view: vscode.TreeView<Node>) => Promise<vscode.TreeDataProvider<Node>>,
  ) {
    this.view = vscode.window.createTreeView(viewId, { treeDataProvider: this });
  }

  getTreeItem(node: Node): vscode.TreeItem | Thenable<vscode.TreeItem> {
    return this.loaded?.getTreeItem(node) ?? new vscode.TreeItem('');
  }

  async getChildren(node?: Node): Promise<Node[]> {
    if (!this.loaded) {
      this.loaded = await this.load(this.view);
      this.loaded.onDidChangeTreeData?.((changed) => this.changed.fire(changed as Node | undefined));
    }
    return (await this.loaded.getChildren(node)) ?? [];
  }

  dispose(): void {
    this.view.dispose();
    this.changed.dispose();
  }
}
