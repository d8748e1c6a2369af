import { describe, expect, it } from 'vitest'
import type { PlaceFact } from '../../../src/core/doctor/facts.ts'
import { placeRules, plainChannelRule } from '../../../src/core/doctor/place-rules.ts'
import { machine, wrongIn } from '../../support/healthy-machine.ts'

const place = (what: PlaceFact['what'], over: Partial<PlaceFact> = {}): PlaceFact =>
  ({ what, path: `/home/dev/${what}`, kind: what === 'state' || what === 'runtime' ? 'folder' : 'file', mode: what === 'state' || what === 'runtime' ? 0o700 : 0o600, owner: 'us', ...over })
const judge = (fact: PlaceFact, config = {}): readonly string[] => wrongIn(placeRules(machine({ places: [fact], config })))

describe('placeRules', () => {
  it.each(['state', 'runtime', 'database', 'config'] as const)('takes a private, a missing and a Windows %s for fine', what => {
    expect(judge(place(what))).toEqual([])
    expect(judge(place(what, { kind: 'missing', mode: 0 }))).toEqual([])
    expect(wrongIn(placeRules(machine({ places: [place(what, { mode: 0o666 })], platform: { system: 'win32' } })))).toEqual([])
  })

  it.each(['state', 'runtime', 'database'] as const)('refuses a symbolic link for the %s', what => {
    expect(judge(place(what, { kind: 'link' }))).toEqual([`place.${what} error`])
  })

  it('takes a config file behind a link, and looks at the bits of what it points to', () => {
    expect(judge(place('config', { kind: 'link' }))).toEqual([])
    expect(judge(place('config', { kind: 'link', mode: 0o666 }))).toEqual(['place.config error'])
  })

  it.each(['state', 'runtime', 'database', 'config'] as const)('refuses a %s of another user, of another kind, or closed to us', what => {
    expect(judge(place(what, { owner: 'another' }))).toEqual([`place.${what} error`])
    expect(judge(place(what, { kind: 'other' }))).toEqual([`place.${what} error`])
    expect(judge(place(what, { kind: what === 'state' || what === 'runtime' ? 'file' : 'folder' }))).toEqual([`place.${what} error`])
    expect(judge(place(what, { kind: 'unreadable' }))).toEqual([`place.${what} error`])
  })

  it.each([[0o700, []], [0o750, ['place.state warn']], [0o705, ['place.state warn']], [0o711, ['place.state warn']], [0o770, ['place.state error']], [0o702, ['place.state error']], [0o1777, ['place.state error']]])('judges a state folder of mode %o', (mode, wrong) => {
    expect(judge(place('state', { mode }))).toEqual(wrong)
  })

  it('lets others read a config only while it holds no secret', () => {
    expect(judge(place('config', { mode: 0o644 }), { holdsSecrets: false })).toEqual([])
    expect(judge(place('config', { mode: 0o644 }), { holdsSecrets: true })).toEqual(['place.config warn'])
    expect(judge(place('config', { mode: 0o664 }), { holdsSecrets: false })).toEqual(['place.config error'])
  })

  it('gives the command for a folder and for a file, quoted', () => {
    const remedies = placeRules(machine({ places: [place('state', { mode: 0o777, path: '/a b' }), place('database', { mode: 0o666 })] })).map(({ remedy }) => remedy)
    expect(remedies).toEqual(['Type `chmod 700 \'/a b\'`', 'Type `chmod 600 /home/dev/database`'])
  })
})

describe('plainChannelRule', () => {
  it('fires only for channels that send a credential in the clear', () => {
    expect(wrongIn(plainChannelRule(machine()))).toEqual([])
    expect(wrongIn(plainChannelRule(machine({ config: { plainChannels: ['ntfy (push.lan)'] } })))).toEqual(['notify.plain info'])
  })
})
