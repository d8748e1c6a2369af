// Source files without a test file of their own name: where they are tested instead, and why there.
import type { Exemption } from './mirror.ts'

export const EXEMPTIONS: Readonly<Record<string, Exemption>> = {
  'src/cli/command.ts': { by: 'test/cli/help.test.ts', because: 'one identity function; every command goes through it there' },
  'src/cli/open-doors.ts': { by: 'test/cli/main.test.ts', because: 'dynamic imports only; the built program goes through them' },
  'src/cli/commands/doctor.ts': { by: 'test/cli/commands/reading.test.ts', because: 'one table holds what every reading command asks, prints and exits with' },
  'src/cli/commands/events.ts': { by: 'test/cli/commands/reading.test.ts', because: 'one table holds what every reading command asks, prints and exits with' },
  'src/cli/commands/index-logs.ts': { by: 'test/cli/commands/reading.test.ts', because: 'one table holds what every reading command asks, prints and exits with' },
  'src/cli/commands/pricing.ts': { by: 'test/cli/commands/reading.test.ts', because: 'one table holds what every reading command asks, prints and exits with' },
  'src/cli/commands/ps.ts': { by: 'test/cli/commands/reading.test.ts', because: 'one table holds what every reading command asks, prints and exits with' },
  'src/cli/commands/report.ts': { by: 'test/cli/commands/reading.test.ts', because: 'one table holds what every reading command asks, prints and exits with' },
  'src/cli/commands/status.ts': { by: 'test/cli/commands/reading.test.ts', because: 'one table holds what every reading command asks, prints and exits with' },
  'src/cli/commands/config.ts': { by: 'test/cli/commands/reading.test.ts', because: 'one table holds what every reading command asks, prints and exits with' },
  'src/cli/commands/arm.ts': { by: 'test/cli/commands/changing.test.ts', because: 'one table holds what every changing command asks and says' },
  'src/cli/commands/budget.ts': { by: 'test/cli/commands/changing.test.ts', because: 'one table holds what every changing command asks and says' },
  'src/cli/commands/demo.ts': { by: 'test/cli/commands/changing.test.ts', because: 'one table holds what every changing command asks and says' },
  'src/cli/commands/down.ts': { by: 'test/cli/commands/changing.test.ts', because: 'one table holds what every changing command asks and says' },
  'src/cli/commands/hooks.ts': { by: 'test/cli/commands/changing.test.ts', because: 'one table holds what every changing command asks and says' },
  'src/cli/commands/lock.ts': { by: 'test/cli/commands/changing.test.ts', because: 'one table holds what every changing command asks and says' },
  'src/cli/commands/uninstall.ts': { by: 'test/cli/commands/changing.test.ts', because: 'one table holds what every changing command asks and says' },
  'src/cli/commands/completion.ts': { by: 'test/cli/completion/shells.test.ts', because: 'tested with the scripts it prints' },
  'src/cli/completion/bash.ts': { by: 'test/cli/completion/shells.test.ts', because: 'the shells themselves are the test, on the same cases' },
  'src/cli/completion/fish.ts': { by: 'test/cli/completion/shells.test.ts', because: 'the shells themselves are the test, on the same cases' },
  'src/cli/completion/words.ts': { by: 'test/cli/completion/shells.test.ts', because: 'the shells themselves are the test, on the same cases' },
  'src/cli/completion/zsh.ts': { by: 'test/cli/completion/shells.test.ts', because: 'the shells themselves are the test, on the same cases' },
}
