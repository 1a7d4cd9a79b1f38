import { pathToFileURL } from 'node:url';

export interface WindowTarget {
  /** Where the server is for whoever opens the window. Default: its port of 127.0.0.1. */
  address?: string | undefined;
  /** A folder or a .code-workspace file; an empty window without it. */
  folder?: string | undefined;
  /** The folder of an extension under development. */
  extension?: string | undefined;
  /** A module that exports run(), executed in the extension host. */
  tests?: string | undefined;
}

/** The address that opens such a window on VS Code's server at this port. Paths are absolute paths of this machine. */
export function windowUrl(port: number, { address, folder, extension, tests }: WindowTarget): string {
  const url = new URL(`http://${address ?? `127.0.0.1:${port}`}/`);
  if (folder === undefined) {
    url.searchParams.set('ew', 'true');
  } else {
    const path = decodeURIComponent(pathToFileURL(folder).pathname);
    url.searchParams.set(path.endsWith('.code-workspace') ? 'workspace' : 'folder', path);
  }
  const payload = Object.entries({ extensionDevelopmentPath: extension, extensionTestsPath: tests }).flatMap(
    ([name, path]) =>
      path === undefined ? [] : [[name, `vscode-remote://${url.host}${pathToFileURL(path).pathname}`]],
  );
  if (payload.length > 0) {
    url.searchParams.set('payload', JSON.stringify(payload));
  }
  return url.href;
}
