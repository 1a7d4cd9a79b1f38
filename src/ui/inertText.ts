/**
 * Keeps a notification from having links: VS Code turns `[words](target)` into one, and the target may be a command. Remote text can
 * contain anything.
 */
export function withoutLinks(text: string): string {
  return text.replaceAll('](', ']\u200b(');
}

/** Keeps `$(name)` in a text from becoming an icon. */
export function withoutIcons(text: string): string {
  return text.replaceAll('$(', '$\u200b(');
}

/** Keeps bare addresses in Markdown from becoming links: `https://…`, `www.…`, `a@b`. The text looks the same. */
export function withoutAutolinks(markdown: string): string {
  return markdown.replace(/:(?=\/)|@|(?<=www)\./gi, (letter) => `&#${letter.charCodeAt(0)};`);
}
