// Whole Codex homes through the real reading, posting and reports, against totals that were added up while they were made.
import { afterEach, describe, expect, it } from 'vitest'
import { readLogs } from '../../src/daemon/handlers/reports.ts'
import { instant } from '../../src/core/time.ts'
import { CodexCorpus } from '../support/codex-corpus.ts'
import { rolloutText } from '../support/codex-lines.ts'
import { OpenWorld } from '../support/open-world.ts'
import { Random } from '../support/random.ts'
import { rounds, roundsTimeoutMs, type Rounds } from '../support/rounds.ts'

const SEEDS: Rounds = { name: 'seeds of Codex homes', quick: 8, full: 2_000 }

describe('a Codex home', () => {
  let open: OpenWorld | undefined
  afterEach(async () => { await open?.close(); open = undefined })

  async function totals(world: OpenWorld): Promise<unknown> {
    const { total } = await world.handlers.report({ kind: 'total', agent: 'codex' })
    const { input, output, cacheRead, cacheWrite5m, cacheWrite1h } = total.tokens
    return { responses: total.responses, input, output, cacheRead, cacheWrite: cacheWrite5m + cacheWrite1h }
  }

  it('comes to the token to what it was made of, read at once and read again', async () => {
    for (let seed = 1, last = rounds(SEEDS); seed <= last; seed++) {
      open = await OpenWorld.open()
      const corpus = new CodexCorpus(seed, 14)
      corpus.write(open.home.path)
      await readLogs(open.world)
      expect(await totals(open), `seed ${seed}`).toEqual(corpus.totals)
      await open.handlers.index({ rebuild: true })
      expect(await totals(open), `seed ${seed}, read again`).toEqual(corpus.totals)
      const { stores } = open.world
      const flaws = await stores.read(() => stores.cursors.flaws())
      expect(flaws, `seed ${seed}`).toEqual([])
      expect((await stores.read(() => stores.ledger.dated(instant(0)))).future).toBeGreaterThan(0)
      await open.close()
      open = undefined
    }
  }, roundsTimeoutMs(60_000, SEEDS))

  it('comes to the same as its threads grow one after the other, cut in the middle of a line', async () => {
    open = await OpenWorld.open()
    const corpus = new CodexCorpus(99, 14)
    const random = new Random(5)
    for (const [name, lines] of corpus.files) {
      const text = rolloutText(...lines)
      for (let cut = corpus.packed.has(name) ? text.length : random.int(1, 300); cut < text.length; cut += random.int(1, 4_000)) {
        corpus.writeFile(open.home.path, name, text.slice(0, cut))
        await readLogs(open.world)
      }
      corpus.writeFile(open.home.path, name, text)
      await readLogs(open.world)
    }
    expect(await totals(open)).toEqual(corpus.totals)
  })
})
