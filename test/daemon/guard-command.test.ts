// A command under a claim: real processes, an answer for every question.
import { describe, expect, it } from 'vitest'
import type { GuardDoor } from '../../src/api/guard-door.ts'
import { guardCommand } from '../../src/daemon/guard-command.ts'
import { claim, held } from '../support/claim-samples.ts'
import { FakeControlPlane, type Answers } from '../support/fake-control-plane.ts'
import { FakeSignals, FakeTable } from '../support/fake-processes.ts'
import { systemClock } from '../../src/os/clock.ts'

const LOST = { ok: false, refused: 'lost', asked: 'x', says: 'it is over' } as const
const TAKEN = { ok: true, claims: [{ ...claim, how: 'granted' }] } as const

function door(answers: Answers, change: Partial<GuardDoor> = {}): { plane: FakeControlPlane; door: GuardDoor; told: string[] } {
  const plane = new FakeControlPlane(answers), told: string[] = []
  return { plane, told, door: { names: ['x'], program: '/bin/sh', args: ['-c', 'exit 7'], asker: { pid: process.pid }, strict: false, waitMs: 0, environment: { home: '/', platform: 'linux', variables: { PATH: '/bin:/usr/bin' } }, folder: '/', connect: () => plane, told: text => told.push(text), minted: 't1', ...change } }
}
const parts = () => { const processes = new FakeTable(); return { clock: systemClock, processes, signaller: new FakeSignals(processes) } }

describe('a guarded command', () => {
  it('holds the claim itself before it may run, gives it back, and ends with its own code', async () => {
    const { plane, door: asked } = door({ 'claim.check': LOST, 'claim.take': TAKEN })
    expect(await guardCommand(asked, parts())).toEqual({ did: 'run', exit: 7, lost: null })
    expect(plane.names).toEqual(['claim.check', 'claim.take', 'claim.hand', 'claim.release'])
    expect(plane.asked.at(-1)?.input).toMatchObject({ tokens: { [claim.name]: 7 } })
  })
  it('uses what its session holds already, and leaves it there', async () => {
    const { plane, door: asked } = door({ 'claim.check': { ok: true, claims: [claim] } })
    expect(await guardCommand(asked, parts())).toMatchObject({ exit: 7 })
    expect(plane.names).toEqual(['claim.check'])
  })
  it('is not started while somebody else holds it', async () => {
    const { waiting: _waiting, again: _again, ...refusal } = held
    const { plane, door: asked } = door({ 'claim.check': LOST, 'claim.take': refusal })
    expect(await guardCommand(asked, parts())).toEqual({ did: 'refuse', refusal })
    expect(plane.names).toEqual(['claim.check', 'claim.take'])
  })
  it('is stopped when the claim is lost', async () => {
    let looks = 0
    const { told, door: asked } = door({ 'claim.check': () => (looks++ > 0 ? LOST : { ok: true, claims: [claim] }) }, { args: ['-c', 'exec sleep 5'] })
    expect(await guardCommand(asked, parts())).toEqual({ did: 'run', exit: 143, lost: 'it is over' })
    expect(told).toEqual(['the command is stopped: it is over'])
  })
})
