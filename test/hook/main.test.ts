// The program by itself, as the script starts it: what it prints and how it ends.
import { writeFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { buildHook } from '../support/hook-bundle.ts'
import { answers, HookWorld, saysNothing } from '../support/hook-world.ts'
import { tempHome, type TempHome } from '../support/home.ts'

let built: TempHome
let sources: { script: string; program: string }
let world: HookWorld
beforeAll(async () => { built = tempHome('bundle'); sources = await buildHook(built.path) })
afterAll(() => built.remove())
beforeEach(() => { world = new HookWorld(sources) })
afterEach(() => world.end())

describe('the program', () => {
  it('told that the daemon was asked, does not ask again', async () => {
    world.locked([world.lock()])
    await world.daemon(saysNothing)
    expect(await world.program('UserPromptSubmit', ['0', 'asked'])).toMatchObject({ code: 0, stdout: expect.stringContaining('"decision":"block"') as string })
    expect(world.asked).toEqual([])
  })
  it('else asks, with the process it was told', async () => {
    world.locked([world.lock()])
    await world.daemon(answers({ continue: true }))
    expect(await world.program('UserPromptSubmit', ['12'])).toMatchObject({ code: 0, stdout: '{"continue":true}', stderr: '' })
    expect(world.asked[0]).toMatchObject({ url: '/hook/claude-code/UserPromptSubmit', pid: '12' })
  })
  it('decides nothing, and says nothing, when its own files are gone', async () => {
    world.locked([world.lock()])
    writeFileSync(world.places.socketPointer, '')
    expect(await world.program('UserPromptSubmit', ['0'])).toMatchObject({ code: 0, stdout: expect.stringContaining('block') as string })
    const { code, stdout, stderr } = await world.program('UserPromptSubmit', ['0'], { payload: 'CANARY', script: '/nowhere/hook.cjs' })
    expect(code).not.toBe(0)
    expect(stdout + stderr).not.toContain('CANARY')
  })
})
