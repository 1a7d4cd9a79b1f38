/** Makes a remote name safe as a segment of a document's path, which people read. */
export function pathSegment(name: string): string {
  const text = name.replace(/[\\/?#%:]+/g, '-');
  return /^\.{1,2}$/.test(text) ? '-' : text;
}
