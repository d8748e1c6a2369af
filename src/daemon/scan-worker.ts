// Entry of a scanning thread; built as a file of its own beside the command line's.
import { KNOWN_AGENTS } from '../agents/known-agents.ts'
import { BARE_TOOLS } from '../os/logs/scan-tools.ts'
import { serveScan } from '../os/logs/serve-scan.ts'
import { decompressZstd } from './zstd.ts'

serveScan(KNOWN_AGENTS, { ...BARE_TOOLS, decompress: decompressZstd })
