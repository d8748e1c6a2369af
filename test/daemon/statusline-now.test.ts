import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { statuslineNow } from '../../src/daemon/statusline-now.ts'
import { tempHome } from '../support/home.ts'

const payload = readFileSync(new URL('../fixtures/statusline/api-key.json', import.meta.url), 'utf8')

it('prints a line although no purser has ever run here, and leaves no trace', async () => {
  using home = tempHome('line')
  expect(await statuslineNow({ body: payload, environment: { home: home.path, platform: 'linux', variables: { HOME: home.path, PATH: '', NO_COLOR: '1' } } })).toBe('Opus 5.5 · $0.0021 session · ctx 0% · purser is not running\n')
  expect(existsSync(path.join(home.path, '.local'))).toBe(false)
})
