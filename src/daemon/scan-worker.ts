// Entry of a scanning thread; built as a file of its own beside the command line's.
import { KNOWN_AGENTS } from '../agents/known-agents.ts'
import { serveScan } from '../os/serve-scan.ts'

serveScan(KNOWN_AGENTS)
