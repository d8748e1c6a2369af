// `purser mcp`: speaks the Model Context Protocol on stdin and stdout until the client closes them.
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import type { McpDoor } from '../api/mcp-door.ts'
import { serveMcp } from './serve.ts'

// Whoever stands in line for a claim is not waited for.
const LAST_ANSWERS_MS = 5_000

/** Resolves with the exit code once the client is gone. */
export async function runMcp(door: McpDoor): Promise<number> {
  if (process.stdin.isTTY) door.log('purser mcp waits for an agent\'s client on its input; let one start it: claude mcp add purser -- purser mcp')
  const transport = new StdioServerTransport(process.stdin, process.stdout)
  const { server, answered } = await serveMcp(door, transport)
  await new Promise<void>(resolve => {
    const over = (): void => resolve()
    process.stdin.once('end', over).once('close', over)
    door.signal.addEventListener('abort', over)
    if (door.signal.aborted) over()
  })
  // A client that closed its end may still read ours.
  await Promise.race([answered(), new Promise(resolve => { setTimeout(resolve, LAST_ANSWERS_MS).unref() })])
  await server.close()
  return 0
}
