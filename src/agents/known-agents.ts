// Every agent purser knows, by name. Scanning threads and the daemon take their adapters from here.
import type { AgentAdapter } from '../core/sessions/agent-adapter.ts'
import { claudeCode } from './claude-code/adapter.ts'
import { codex } from './codex/adapter.ts'
import { copilot } from './copilot/adapter.ts'
import { crush } from './crush/adapter.ts'
import { cursor } from './cursor/adapter.ts'
import { gemini } from './gemini/adapter.ts'
import { goose } from './goose/adapter.ts'
import { grok } from './grok/adapter.ts'
import { hermes } from './hermes/adapter.ts'
import { qwen } from './qwen/adapter.ts'
import { amp } from './amp/adapter.ts'
import { droid } from './droid/adapter.ts'
import { kimi } from './kimi/adapter.ts'
import { pi } from './pi/adapter.ts'
import { openclaw } from './openclaw/adapter.ts'
import { mux } from './mux/adapter.ts'
import { cline } from './cline/adapter.ts'
import { codebuff } from './codebuff/adapter.ts'
import { kilo } from './kilo/adapter.ts'
import { opencode } from './opencode/adapter.ts'
import { vscodeCopilot } from './vscode-copilot/adapter.ts'
import { zcode } from './zcode/adapter.ts'

const ADAPTERS: readonly AgentAdapter[] = [
  claudeCode,
  codex,
  opencode,
  kilo,
  copilot,
  vscodeCopilot,
  cursor,
  goose,
  hermes,
  crush,
  grok,
  zcode,
  gemini,
  qwen,
  amp,
  droid,
  kimi,
  pi,
  openclaw,
  mux,
  cline,
  codebuff,
]

export const KNOWN_AGENTS: ReadonlyMap<string, AgentAdapter> = new Map(ADAPTERS.map(adapter => [adapter.name, adapter]))
