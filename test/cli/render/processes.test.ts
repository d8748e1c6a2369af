import { expect, it } from 'vitest'
import { renderProcesses } from '../../../src/cli/render/processes.ts'
import { plainLine } from '../../../src/core/text/line.ts'
import { SAMPLE_NOW } from '../../support/fake-world.ts'
import { samples } from '../../support/sample-answers.ts'

const view = { columns: 80, now: SAMPLE_NOW, rowsMax: 12 }

it('tells for every process why it would or would not be stopped, targets first', () => {
  expect(renderProcesses([...samples.ps.processes].reverse(), view).map(plainLine).join('\n')).toBe([
    '● pid 4121  claude-code  can be stopped',
    "  because  session proven by the client's registry, start time matches",
    '  session  7f3a91c2-77b1-4f4e-9a55-02a1c1b0a001',
    '  folder   /home/ada/src/web-app/packages/ui',
    '  project  /home/ada/src/web-app',
    '  started  3h 12m ago',
    '',
    '○ pid 900  claude-code  would not be signalled',
    '  because  it is an ancestor of this program',
    '  folder   cannot be read',
  ].join('\n'))
})
it('says so when there is none', () => {
  expect(renderProcesses([], view).map(plainLine)).toEqual(['no agent process is running'])
})
