// A vitest reporter that writes only how many tests passed, failed and were skipped, to the file in PURSER_TEST_COUNT.
// A file that cannot be loaded counts as one failure: its tests are not in any other number.
import { writeFileSync } from 'node:fs'

export default class CountReporter {
  onTestRunEnd(modules, errors) {
    const count = { passed: 0, failed: errors.length, skipped: 0 }
    for (const module of modules) {
      if (module.errors().length) count.failed++
      for (const test of module.children.allTests()) count[test.result().state]++
    }
    writeFileSync(process.env.PURSER_TEST_COUNT, JSON.stringify(count))
  }
}
