// The real doors. Nothing here is loaded before a command goes through it, save the socket client.
import { connectSocket } from '../api/client.ts'
import type { Doors } from './doors.ts'

export const openDoors: Doors = {
  machine: async environment => (await import('../daemon/machine.ts')).thisMachine(environment),
  socket: path => connectSocket({ path }),
  inProcess: async options => (await import('../daemon/in-process.ts')).openInProcess(options),
  daemon: async options => (await import('../daemon/main.ts')).runDaemon(options),
  detach: async options => (await import('../daemon/detach.ts')).detach(options),
  hooks: async request => (await import('../daemon/hooks-command.ts')).hooksCommand(request),
  hook: async request => (await import('../daemon/hook-command.ts')).hookCommand(request),
  statusline: async request => (await import('../daemon/statusline-now.ts')).statuslineNow(request),
  statuslineSetup: async request => (await import('../daemon/statusline-command.ts')).statuslineSetup(request),
  top: async options => (await import('../tui/main.ts')).runTop(options),
  run: async options => (await import('../daemon/run-command.ts')).runCommand(options),
  attach: async options => (await import('../daemon/attach-command.ts')).attach(options),
  guard: async options => (await import('../daemon/guard-door.ts')).guard(options),
  gitHook: async options => (await import('../daemon/git-hook-command.ts')).gitHookCommand(options),
  staged: async options => (await import('../daemon/git-hook-command.ts')).stagedCommit(options),
  mcp: async options => (await import('../mcp/main.ts')).runMcp(options),
  demo: async options => (await import('../daemon/demo.ts')).runDemo(options),
  checkConfig: async ({ file, environment }) => (await import('../daemon/world/config.ts')).checkConfig(file, environment),
  verifyLedger: async request => (await import('../daemon/ledger-door.ts')).verifyRecords(request),
  exportLedger: async request => (await import('../daemon/ledger-door.ts')).exportRecords(request),
  uninstall: async options => (await import('../daemon/uninstall.ts')).uninstall(options),
}
