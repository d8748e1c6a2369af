import { writeFileSync } from 'node:fs'
import { afterEach, describe, expect, it } from 'vitest'
import { sweep } from '../../src/daemon/upkeep.ts'
import { OpenWorld } from '../support/open-world.ts'

const DAY = 86_400_000

describe('hourly upkeep', () => {
  let open: OpenWorld | undefined
  afterEach(async () => { await open?.close(); open = undefined })

  it('keeps the audit trail exactly as long as the configuration of now says', async () => {
    open = await OpenWorld.open({ config: '[retention]\naudit_days = 2\n' })
    const { world, clock } = open
    const note = (code: string) => world.enforcement.audit([{ code, level: 'info', fields: {} }], clock.now())
    await note('first')
    clock.advance(DAY)
    await note('second')
    clock.advance(DAY)
    await sweep(world)
    expect(await open.codes()).toEqual(['first', 'second'])
    clock.advance(1)
    await sweep(world)
    expect(await open.codes()).toEqual(['second'])
    writeFileSync(world.places.configFile, '[retention]\naudit_days = 36500\n')
    world.config.reload()
    clock.advance(9_999 * DAY)
    await sweep(world)
    expect(await open.codes()).toEqual(['second'])
  })
})
