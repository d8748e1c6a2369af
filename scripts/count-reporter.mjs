// A vitest reporter that writes only how many tests passed, failed and were skipped (and which were skipped or needed a second try), to the file in PURSER_TEST_COUNT,
// and beside it (`.running`) which files have begun and not ended: what to blame when a run has to be stopped.
// A file that cannot be loaded counts as one failure: its tests are not in any other number.
import { writeFileSync } from 'node:fs'

const FILE = process.env.PURSER_TEST_COUNT

export default class CountReporter {
  running = new Set()

  onTestModuleStart(module) { this.running.add(module.relativeModuleId); this.writeRunning() }
  onTestModuleEnd(module) { this.running.delete(module.relativeModuleId); this.writeRunning() }

  onTestRunEnd(modules, errors) {
    const count = { passed: 0, failed: errors.length, skipped: 0 }, left = [], flaky = []
    for (const module of modules) {
      if (module.errors().length) count.failed++
      for (const test of module.children.allTests()) {
        const { state, note } = test.result()
        count[state === 'pending' ? 'skipped' : state]++
        if (test.diagnostic()?.flaky) flaky.push(`${module.relativeModuleId}: ${test.fullName}`)
        if (state === 'skipped') left.push(`${module.relativeModuleId}: ${test.fullName}${note ? ` (${note})` : ''}`)
      }
    }
    writeFileSync(FILE, JSON.stringify({ ...count, left, flaky }))
  }

  writeRunning() { writeFileSync(`${FILE}.running`, [...this.running].join('\n')) }
}
