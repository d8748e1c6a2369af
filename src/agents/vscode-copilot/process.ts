// Copilot Chat lives in the editor's own processes. They are shown, and never signalled: nobody's work ends with a budget.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import type { ProcessInfo } from '../../core/machine/process-table.ts'
import { baseName } from '../program.ts'

const EDITORS = new Set(['code', 'code-insiders', 'codium', 'code-oss', 'Code', 'Code - Insiders', 'VSCodium'])

export const roleOf = (process: ProcessInfo): ReturnType<AgentAdapter['process']['role']> =>
  EDITORS.has(baseName(process.exe)) || process.argv.some(word => /[\\/]\.(?:vscode|vscodium)-server[\\/].*[\\/]server-main\.js$/.test(word)) ? 'ide' : null
