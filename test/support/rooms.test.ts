import { describe, expect, it } from 'vitest'
import { cycleFindings, roomFindings, ROOMS } from './rooms.ts'
import { parseSource } from './source-file.ts'

describe('the import table bites on', () => {
  const rooms = (file: string, text: string): string[] => roomFindings(parseSource(file, text)).map(({ what }) => what)
  it.each([
    ['core that opens a file', 'src/core/money.ts', "import { readFileSync } from 'node:fs'"],
    ['core that knows a store', 'src/core/ledger/entry.ts', "import type { Database } from '../../store/database.ts'"],
    ['a flow that names an engine', 'src/flows/ingest.ts', "import { openSqlite } from '../store/engines/sqlite.ts'"],
    ['a flow that opens a file', 'src/flows/ingest.ts', "import 'node:fs'"],
    ['an adapter that starts processes', 'src/agents/claude-code/process.ts', "import { spawn } from 'node:child_process'"],
    ['a command that reaches into the store', 'src/cli/commands/status.ts', "import { ledger } from '../../store/ledger.ts'"],
    ['a command that imports the daemon at start', 'src/cli/main.ts', "import { wire } from '../daemon/wire.ts'"],
    ['a type that crosses a wall', 'src/cli/main.ts', "let x: import('../store/database.ts').Database"],
    ['a re-export that crosses a wall', 'src/core/money.ts', "export { wire } from '../daemon/wire.ts'"],
    ['a hook with a library', 'src/hook/main.ts', "import * as z from 'zod/mini'"],
    ['the whole of zod', 'src/config/read.ts', "import { z } from 'zod'"],
    ['pg in the command line', 'src/cli/main.ts', "import pg from 'pg'"],
    ['a source that imports its tests', 'src/core/money.ts', "import '../../test/support/home.ts'"],
    ['a handler that opens the database itself', 'src/daemon/handlers/status.ts', "import { openSqlite } from '../../store/engines/sqlite.ts'"],
    ['a handler that takes the signaller', 'src/daemon/handlers/locks.ts', "import { signaller } from '../../os/processes/signals.ts'"],
    ['a room nobody declared', 'src/services/manager.ts', 'export const a = 1'],
  ])('%s', (_, file, text) => {
    expect(rooms(file, text)).toHaveLength(1)
  })
  it('nothing that the table allows', () => {
    expect(rooms('src/cli/connect.ts', "import type { ControlPlane } from '../api/control-plane.ts'\nawait import('../daemon/wire.ts')\nimport { defineCommand } from 'citty'")).toEqual([])
    expect(rooms('src/daemon/wire.ts', "import '../store/ledger.ts'\nimport '../os/clock.ts'\nimport pino from 'pino'")).toEqual([])
    expect(Object.keys(ROOMS)).toContain('core')
  })
  it('folders that import each other, through a third, but not through a type', () => {
    const cycle = [
      parseSource('src/core/a/one.ts', "import { two } from '../b/two.ts'"),
      parseSource('src/core/b/two.ts', "export { three } from '../c/three.ts'"),
      parseSource('src/core/c/three.ts', "import { one } from '../a/one.ts'"),
    ]
    expect(cycleFindings(cycle).map(({ what }) => what)).toEqual(['folders import each other: src/core/a -> src/core/b -> src/core/c -> src/core/a'])
    expect(cycleFindings(cycle.slice(0, 2))).toEqual([])
    expect(cycleFindings([...cycle.slice(0, 2), parseSource('src/core/c/three.ts', "import type { One } from '../a/one.ts'")])).toEqual([])
  })
})
