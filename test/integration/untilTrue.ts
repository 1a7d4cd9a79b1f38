/** Asks again and again, as fast as the answers come. */
export async function untilTrue(look: () => Promise<boolean>): Promise<void> {
  while (!(await look())) {
    // It will be.
  }
}
