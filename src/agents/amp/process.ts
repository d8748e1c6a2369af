// Which processes are Amp itself. Other programs are called amp too (an editor of that name is older), so its own
// executable counts only where its installer puts it.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import { argumentsOf, baseName, firstWord, type Program } from '../program.ts'

const AMP: Program = { binaries: ['amp'], script: /[\\/](?:bin[\\/]amp|(?:@sourcegraph[\\/]amp|\.amp[\\/]package)[\\/](?:[^\\/]+[\\/])*[^\\/]+\.m?js)$/ }
const OWN_BINARY = /[\\/]\.amp[\\/](?:[^\\/]+[\\/])*amp(?:\.exe)?$/
const HELPER_WORDS = new Set(['login', 'logout', 'mcp', 'tools', 'tool', 'update', 'doctor', 'permissions', 'permission', 'review', 'skill', 'skills', 'usage', 'version', 'help'])

export const roleOf: AgentAdapter['process']['role'] = process => {
  const exe = process.exe.replace(/ \(deleted\)$/, '') || (process.argv[0] ?? '')
  if (baseName(exe) === 'amp' && !OWN_BINARY.test(exe)) return null
  const args = argumentsOf(process, AMP)
  if (args === null) return null
  const word = firstWord(args)
  // `amp threads continue` is a conversation; every other word about threads is over in a moment.
  if (word === 'threads' || word === 'thread') return /^c(?:ontinue)?$/.test(args[args.indexOf(word) + 1] ?? '') ? 'session' : 'helper'
  return HELPER_WORDS.has(word) || args.includes('--version') || args.includes('--help') ? 'helper' : 'session'
}
