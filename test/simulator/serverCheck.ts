import type { Site } from './world';

/**
 * What the command of Check Server prints on a server where a bit of everything is wrong; undefined for another command. A test that wants
 * another answer gives it with `nextChange({ path: '/commands$', output })`, `{mark}` in it being that of the command.
 * @param now milliseconds since 1970
 */
export function serverCheckOutput(command: string, { server }: Site, now: number): string | undefined {
  const mark = markOf(command);
  if (mark === undefined) {
    return undefined;
  }
  const seconds = Math.floor(now / 1000);
  const php = (server.phpVersion ?? 'php84').replace(/^php(\d)(\d+)$/, '$1.$2');
  return `== ${mark} php
ii  php${php}-cli      ${php}.11-1+ubuntu24.04.1+deb.sury.org+1 amd64        command-line interpreter for the PHP scripting language
ii  php${php}-fpm      ${php}.11-1+ubuntu24.04.1+deb.sury.org+1 amd64        server-side, HTML-embedded scripting language (FPM-CGI binary)
== ${mark} packages
now ${seconds}
lists ${seconds - 5_400}
Listing...
libssl3t64/noble-updates,noble-security 3.0.13-0ubuntu3.6 amd64 [upgradable from: 3.0.13-0ubuntu3.4]
openssl/noble-updates,noble-security 3.0.13-0ubuntu3.6 amd64 [upgradable from: 3.0.13-0ubuntu3.4]
php${php}-cli/noble ${php}.15-1+ubuntu24.04.1+deb.sury.org+1 amd64 [upgradable from: ${php}.11-1+ubuntu24.04.1+deb.sury.org+1]
php${php}-fpm/noble ${php}.15-1+ubuntu24.04.1+deb.sury.org+1 amd64 [upgradable from: ${php}.11-1+ubuntu24.04.1+deb.sury.org+1]
tzdata/noble-updates 2026b-0ubuntu0.24.04.1 all [upgradable from: 2026a-0ubuntu0.24.04.1]
== ${mark} disk
Filesystem     1024-blocks     Used Available Capacity Mounted on
tmpfs               202204     1160    201044       1% /run
/dev/vda1         50620216 46063664   4540168      92% /
/dev/loop0           65536    65536         0     100% /snap/core20/2379
/dev/vda16          901520    61224    777168       8% /boot
== ${mark} reboot
yes
linux-image-6.8.0-51-generic
linux-base
== ${mark} supervisor
daemon-700001:daemon-700001_00   RUNNING   pid 1187, uptime 12 days, 3:10:52
daemon-700002:daemon-700002_00   FATAL     Exited too quickly (process log may have details)
== ${mark} processes
      1 old /proc/1187 /usr/bin/php${php} (deleted)
      6 hidden
== ${mark} end
`;
}

/** The mark by which a command's answer is told from others; undefined if it is none of Check Server. */
export function markOf(command: string): string | undefined {
  return /^: 'Check Server (\w+)'/.exec(command)?.[1];
}
