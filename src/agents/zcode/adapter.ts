// ZCode as an adapter. Which of its processes holds a session is not proven, so none is ever signalled.
import type { AgentAdapter } from '../../core/sessions/agent-adapter.ts'
import { baseName } from '../program.ts'
import { requests } from './requests.ts'

export const zcode: AgentAdapter = {
  name: 'zcode',
  displayName: 'ZCode',
  sources: [requests],
  process: { role: process => (['zcode', 'ZCode'].includes(baseName(process.exe)) ? 'ide' : null) },
}
