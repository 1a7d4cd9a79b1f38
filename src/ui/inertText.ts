/**
 * A text in which nothing is a link: VS Code turns `[words](target)` in notifications into one, and a target may be a command.
 * Remote texts are full of surprises.
 */
export function withoutLinks(text: string): string {
  return text.replaceAll('](', ']\u200b(');
}

/** A text in which `$(name)` stays text and does not become an icon. */
export function withoutIcons(text: string): string {
  return text.replaceAll('$(', '$\u200b(');
}

/** A Markdown in which no bare address is made a link: `https://…`, `www.…`, `a@b`. Looks the same. */
export function withoutAutolinks(markdown: string): string {
  return markdown.replace(/:(?=\/)|@|(?<=www)\./gi, (letter) => `&#${letter.charCodeAt(0)};`);
}
