/** Ends a run with the one line that a build server reads: `N passed, N failed`, and `, N skipped` if there are any. */
import type { Reporter, TestCase } from 'vitest/node';

export default class LastLine implements Reporter {
  onTestRunEnd(...[modules, unhandled]: Parameters<NonNullable<Reporter['onTestRunEnd']>>): void {
    const count = { passed: 0, failed: unhandled.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) count[stateOf(test)] += 1;
      // A file that breaks while it is loaded, or in a hook, has errors of its own and perhaps no test at all.
      count.failed += module.errors().length;
      for (const suite of module.children.allSuites()) count.failed += suite.errors().length;
    }
    const skipped = count.skipped + count.pending;
    const tail = skipped > 0 ? `, ${skipped} skipped` : '';
    process.stdout.write(`\n${count.passed} passed, ${count.failed} failed${tail}\n`);
  }
}

function stateOf(test: TestCase) {
  return test.result().state;
}
