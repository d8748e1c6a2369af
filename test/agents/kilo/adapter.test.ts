import { describe, expect, it } from 'vitest'
import { kilo } from '../../../src/agents/kilo/adapter.ts'
import { KNOWN_AGENTS } from '../../../src/agents/known-agents.ts'
import type { DatabaseSource } from '../../../src/core/sessions/log-source.ts'
import { aProcess } from '../../support/a-process.ts'
import { putSample } from '../../support/agent-case.ts'
import { tempHome } from '../../support/home.ts'
import { SourceReading } from '../../support/source-reading.ts'
import { genuine } from './conformance-case.ts'
import { eventsIn } from '../../support/adapter-facts.ts'
import { aStep, OpenCodeWorld } from '../../support/opencode-world.ts'

const [database, files] = kilo.sources

describe('the Kilo adapter', () => {
  it('is known by its name', () => { expect(KNOWN_AGENTS.get('kilo')).toBe(kilo) })

  it('reads its own database and folders', () => {
    expect(database?.roots({ home: '/home/dev', platform: 'linux', variables: { KILO_DATA_DIR: '/srv/kilo' } }).map(root => root.path)).toEqual(['/srv/kilo', '/home/dev/.local/share/kilo'])
    expect([database?.owns('kilo.db'), database?.owns('kilo-dev.db'), database?.owns('opencode.db'), files?.owns('storage/message/ses_1/msg_1.json')]).toEqual([true, true, false, true])
  })

  it('finds the same rows, under keys of its own', () => {
    const made = new OpenCodeWorld().session('ses_a').message('msg_1', 'ses_a', aStep())
    try {
      expect(eventsIn(made.facts(database as DatabaseSource))).toMatchObject([{ key: expect.stringMatching(/^kilo:\d+-/), givenCost: 1_370_000n, origin: { session: 'ses_a' } }])
    } finally {
      made.close()
    }
  })

  it('counts what a subagent cost once: its own, and not the step\'s that started it', () => {
    const home = tempHome('kilo')
    try {
      putSample(home.path, { files: { '.local/share/kilo/kilo.db': genuine } })
      const reading = new SourceReading(home.path, [kilo])
      reading.read()
      // The step that started the subagent says 0.00274 in its message, and 0.00137 in the part that ends it.
      expect([...reading.events.values()].map(event => event.givenCost).toSorted()).toEqual([1_370_000n, 1_370_000n, 1_370_000n, 744_000n, 744_000n])
    } finally {
      home.remove()
    }
  })

  it('knows its processes, and leaves the extension\'s server alone', () => {
    expect(kilo.process.role(aProcess('/usr/lib/node_modules/@kilocode/cli/bin/kilo', ['kilo', 'run', 'x']))).toBe('session')
    expect(kilo.process.role(aProcess('/home/dev/.vscode/extensions/kilocode.kilo-code-7.0.0/bin/kilo', ['kilo', 'serve', '--port', '0']))).toBe('helper')
    expect(kilo.process.role(aProcess('/home/dev/.opencode/bin/opencode', ['opencode']))).toBeNull()
    expect(kilo.resume?.argv('ses_1')).toEqual(['kilo', '--session', 'ses_1'])
  })
})
