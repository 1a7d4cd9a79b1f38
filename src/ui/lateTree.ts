import * as vscode from 'vscode';
import { Late } from './late';

/** A view that most windows never open: its tree is loaded once it is on screen, before VS Code asks for its rows. */
export class LateTree<Node, Tree extends vscode.TreeDataProvider<Node>>
  extends Late<Tree>
  implements vscode.TreeDataProvider<Node>
{
  readonly view: vscode.TreeView<Node>;
  private readonly changed = new vscode.EventEmitter<Node | undefined>();

  readonly onDidChangeTreeData = this.changed.event;

  /** @param load creates the tree for the view */
  constructor(
    viewId: string,
    options: Omit<vscode.TreeViewOptions<Node>, 'treeDataProvider'>,
    load: (view: vscode.TreeView<Node>) => Promise<Tree>,
  ) {
    super(() => load(this.view));
    this.view = vscode.window.createTreeView(viewId, { ...options, treeDataProvider: this });
    this.onDidMake((tree) => {
      tree.onDidChangeTreeData?.((changed) => this.changed.fire(changed as Node | undefined));
    });
    this.view.onDidChangeVisibility(({ visible }) => {
      // VS Code shows why it can't be loaded when it asks for its rows.
      visible && this.get().catch(() => undefined);
    });
  }

  getTreeItem(node: Node): vscode.TreeItem | Thenable<vscode.TreeItem> {
    return this.now?.getTreeItem(node) ?? new vscode.TreeItem('');
  }

  async getChildren(node?: Node): Promise<Node[]> {
    return (await (await this.get()).getChildren(node)) ?? [];
  }

  resolveTreeItem(
    item: vscode.TreeItem,
    node: Node,
    token: vscode.CancellationToken,
  ): vscode.ProviderResult<vscode.TreeItem> {
    return this.now?.resolveTreeItem?.(item, node, token) ?? item;
  }

  getParent(node: Node): vscode.ProviderResult<Node> {
    return this.now?.getParent?.(node);
  }

  override dispose(): void {
    super.dispose();
    this.view.dispose();
    this.changed.dispose();
  }
}
