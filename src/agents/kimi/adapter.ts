// Kimi CLI and Kimi Code as one adapter: the same command from the same maker, with two generations of logs.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import type { LineSource } from '../../core/sessions/log-source.ts'
import { CONFIG_JSON, CONFIG_TOML, PROJECTS } from './config.ts'
import { MARKERS as CLI_MARKERS, openWire } from './parse-cli.ts'
import { MARKERS as CODE_MARKERS, openAgent } from './parse-code.ts'
import { cliRoots, codeRoots, entersCli, entersCode, ownsCli, ownsCode, placeOfCli, placeOfCode, stateOf } from './paths.ts'
import { roleOf } from './process.ts'

export const cliSessions = {
  name: 'cli', form: 'lines', roots: cliRoots, owns: ownsCli, enters: entersCli, place: placeOfCli, companions: () => [PROJECTS, CONFIG_TOML, CONFIG_JSON], markers: CLI_MARKERS, open: openWire,
} satisfies LineSource
export const codeSessions = {
  name: 'code', form: 'lines', roots: codeRoots, owns: ownsCode, enters: entersCode, place: placeOfCode, companions: path => [stateOf(path)], markers: CODE_MARKERS, open: openAgent,
} satisfies LineSource

export const kimi: AgentAdapter = {
  name: 'kimi',
  displayName: 'Kimi',
  sources: [cliSessions, codeSessions],
  process: { role: roleOf },
  resume: { argv: session => ['kimi', '--session', session] },
}
