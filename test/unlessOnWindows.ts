/**
 * `it` for a test that can't run on Windows, where it is skipped and its title says why.
 * @param because what is missing there, such as "has no named pipes"
 */
export function itUnlessOnWindows(because: string): (title: string, test: Mocha.Func | Mocha.AsyncFunc) => Mocha.Test {
  return (title, test) => (process.platform === 'win32' ? it(`${title} (Windows ${because})`) : it(title, test));
}
