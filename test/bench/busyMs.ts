/** Node.js since 23.9; the newest VS Code, in which the benches run, has it. */
interface ThreadUsage {
  threadCpuUsage(): { readonly user: number; readonly system: number };
}

/**
 * For how many milliseconds this thread has had a processor so far. In an extension host that is its time: when the browser and the server
 * beside it want the same two processors, it is made to wait, and a clock would count that too.
 */
export function busyMs(): number {
  const { user, system } = (process as unknown as ThreadUsage).threadCpuUsage();
  return (user + system) / 1000;
}
