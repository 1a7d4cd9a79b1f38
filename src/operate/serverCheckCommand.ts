/** The parts of an answer, in their order. */
export const checkParts = ['php', 'packages', 'disk', 'reboot', 'supervisor', 'processes', 'end'] as const;

export type ServerCheckPart = (typeof checkParts)[number];

/** The heading of a part in the answer. @param mark nobody else's: what a server prints can't pass for a heading */
export function headingOf(mark: string, part: ServerCheckPart): string {
  return `== ${mark} ${part}`;
}

/** What each part runs. Prints `unknown` where it can't tell. */
const commands: Readonly<Record<ServerCheckPart, string>> = {
  php: "if command -v dpkg-query >/dev/null; then COLUMNS=250 dpkg-query -l 'php[0-9]*-cli' 'php[0-9]*-fpm' | grep '^ii' | head -n 60; else php -v | head -n 1; fi",
  // The lists of packages are as old as the folder that they are in.
  packages:
    "date '+now %s'; stat -c 'lists %Y' /var/lib/apt/lists; timeout 60 apt list --upgradable | grep -e ^Listing -e / | head -n 1000",
  disk: 'timeout 20 df -P | head -n 100',
  // Without one of the hooks, nothing makes the file.
  reboot:
    'if [ -e /var/run/reboot-required ]; then echo yes; head -n 20 /var/run/reboot-required.pkgs; elif [ -e /usr/share/update-notifier/notify-reboot-required ] || [ -e /etc/kernel/postinst.d/unattended-upgrades ]; then echo no; else echo unknown; fi',
  supervisor:
    'if command -v supervisorctl >/dev/null; then timeout 20 supervisorctl status 2>&1 | head -n 300; else echo unknown; fi',
  // The name of each process is readable, what it runs only for the same user.
  processes:
    'if [ -e /proc/self/comm ]; then for p in /proc/[0-9]*; do read -r n <$p/comm || continue; case $n in php*) if e=$(readlink $p/exe); then case $e in *"(deleted)"*) echo "old $p $e";; *) echo current;; esac; else echo hidden; fi;; esac; done | sort | uniq -c | head -n 200; else echo unknown; fi',
  end: ':',
};

/**
 * The site command that checks a server: one line of POSIX sh, without root, that changes nothing. Says by its first words what it is, for
 * whoever finds it in the site's history.
 * @param mark letters and digits that no other check has
 */
export function checkCommand(mark: string): string {
  const parts = checkParts.map((part) => `echo '${headingOf(mark, part)}'; ${commands[part]}`);
  return `: 'Check Server ${mark}'; export LC_ALL=C; set +e; exec 2>/dev/null; ${parts.join('; ')}`;
}
