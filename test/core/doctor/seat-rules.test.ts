import { expect, it } from 'vitest'
import { seatRules } from '../../../src/core/doctor/seat-rules.ts'
import { machine, UNKNOWN, wrongIn } from '../../support/healthy-machine.ts'

const old = 'this is tmux 3.2a; purser needs tmux 3.3 or newer'
it.each([
  ['nothing wanted and no tmux', { wanted: false, shortfall: old }, []], ['sessions wanted and tmux there', { wanted: true, shortfall: '' }, []], ['sessions wanted and an old tmux', { wanted: true, shortfall: old }, ['seats.tmux warn']], ['unknown', UNKNOWN, ['seats info']],
])('judges terminals with %s', (_name, seats, wrong) => {
  expect(wrongIn(seatRules(machine({ seats })))).toEqual(wrong)
})
