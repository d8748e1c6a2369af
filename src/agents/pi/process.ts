// Which processes are Pi or OMP. Pi gives itself the title `pi`, which takes the place of its command line; other
// programs may be called so, so an executable of its own counts only in the package's folder.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import { argumentsOf, baseName, type Program } from '../program.ts'

const PI: Program = { binaries: ['pi', 'omp'], script: /[\\/](?:bin[\\/](?:pi|omp)|pi-coding-agent[\\/](?:[^\\/]+[\\/])*[^\\/]+\.[jt]s)$/ }
const OWN_BINARY = /[\\/](?:pi-coding-agent|\.pi|\.omp|oh-my-pi)[\\/](?:[^\\/]+[\\/])*(?:pi|omp)(?:\.exe)?$/
const RUNTIME = /^(?:node|bun)$/
const TITLES = new Set(['pi', 'omp'])
const HELPER_WORDS = new Set(['install', 'remove', 'update', 'list', 'config', 'plugin', 'setup', '--version', '-v', '--help', '-h', '--list-models', '--export'])

export const roleOf: AgentAdapter['process']['role'] = process => {
  const exe = process.exe.replace(/ \(deleted\)$/, '') || (process.argv[0] ?? '')
  // A title is a claim of the process: it counts only of a runtime whose kernel name says the same.
  if (RUNTIME.test(baseName(exe)) && TITLES.has(process.argv[0] ?? '') && process.name === process.argv[0]) return 'session'
  if (PI.binaries.includes(baseName(exe)) && !OWN_BINARY.test(exe)) return null
  const args = argumentsOf(process, PI)
  if (args === null) return null
  return HELPER_WORDS.has(args[0] ?? '') ? 'helper' : 'session'
}
