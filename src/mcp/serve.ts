// The server: lists the tools that the configuration allows now, checks what was typed, and answers each call with
// structured content and one line. What a model can mend is told to it as a result; the protocol itself never fails of it.
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { CallToolRequestSchema, ErrorCode, ListToolsRequestSchema, McpError, type CallToolResult, type Tool as ListedTool } from '@modelcontextprotocol/sdk/types.js'
import * as z from 'zod/mini'
import type { Caller } from '../api/caller-answer.ts'
import type { ControlPlane } from '../api/control-plane.ts'
import type { McpDoor } from '../api/mcp-door.ts'
import { codeOf, messageOf } from '../core/errors.ts'
import { partsDigest } from '../core/digest.ts'
import type { Asking, Tool } from './tool.ts'
import { claimAcquire, claimList, claimRelease } from './tools-claims.ts'
import { budgetReserve, budgetSettle, budgetStatus, spendReport } from './tools-money.ts'

export const TOOLS: readonly Tool[] = [budgetStatus, budgetReserve, budgetSettle, claimAcquire, claimRelease, claimList, spendReport]

export const INSTRUCTIONS = 'purser watches what coding agents spend on this machine and keeps agents that work in parallel off each other\'s files. Ask budget_status before expensive work and claim_list before editing where others may work. A refusal is an answer: do not work around it, tell the user.'
const READ_ONLY = 'purser\'s MCP server only reads here; the user can allow it: purser config edit, then [mcp] write = true'

export interface Serving { readonly server: Server; /** Resolves when what was asked is answered. */ readonly answered: () => Promise<unknown> }

/** Answers on `transport` until it closes. */
export async function serveMcp(options: McpDoor, transport: Transport): Promise<Serving> {
  const busy = new Set<Promise<unknown>>()
  const counted = <T>(work: Promise<T>): Promise<T> => {
    const over = work.then(() => undefined, () => undefined)
    busy.add(over)
    void over.then(() => busy.delete(over))
    return work
  }
  const server = new Server({ name: 'purser', version: options.version }, { capabilities: { tools: { listChanged: true } }, instructions: INSTRUCTIONS, jsonSchemaValidator: NEVER_ASKED })
  let mayWrite: boolean | null = null
  const look = async (plane: ControlPlane): Promise<boolean> => {
    const before = mayWrite
    mayWrite = (await plane.call('config.show', {})).values.some(({ key, value }) => key === 'mcp.write' && value === 'true')
    // Whoever has the list already is told to ask again.
    if (before !== null && before !== mayWrite) await server.sendToolListChanged()
    return mayWrite
  }
  server.setRequestHandler(ListToolsRequestSchema, async () => {
    const writes = await counted(withPlane(options, look))
    return { tools: TOOLS.filter(tool => writes || !tool.writes).map(listed) }
  })
  server.setRequestHandler(CallToolRequestSchema, async ({ params }) => {
    const tool = TOOLS.find(({ name }) => name === params.name)
    if (!tool) throw new McpError(ErrorCode.InvalidParams, `there is no tool ${params.name}; there are ${TOOLS.map(({ name }) => name).join(', ')}`)
    return counted(called(options, tool, params.arguments ?? {}, look))
  })
  Object.assign(server, { onerror: (error: Error) => options.log(`purser mcp: ${messageOf(error)}`) })
  await server.connect(transport)
  return { server, answered: () => Promise.all(busy) }
}

async function called(options: McpDoor, tool: Tool, given: Readonly<Record<string, unknown>>, look: (plane: ControlPlane) => Promise<boolean>): Promise<CallToolResult> {
  const input = z.safeParse(tool.input, given)
  if (!input.success) return failed(input.error.issues.map(issue => `${issue.path.join('.') || tool.name}: ${issue.message}`).join('; '))
  try {
    return await withPlane(options, async plane => {
      if (!(await look(plane)) && tool.writes) return failed(READ_ONLY)
      const { says, content } = await tool.run(askingFor(options, plane), input.data as never)
      return { content: [{ type: 'text', text: says }], structuredContent: content }
    })
  } catch (error) {
    if (codeOf(error) === 'internal') options.log(`purser mcp: ${tool.name}: ${messageOf(error)}`)
    return failed(messageOf(error))
  }
}

const failed = (why: string): CallToolResult => ({ content: [{ type: 'text', text: why }], isError: true })

async function withPlane<T>({ connect }: Pick<McpDoor, 'connect'>, body: (plane: ControlPlane) => Promise<T>): Promise<T> {
  const plane = connect()
  try {
    return await body(plane)
  } finally {
    await plane.close()
  }
}

function askingFor({ asker, folder, now, minted }: McpDoor, plane: ControlPlane): Asking {
  let caller: Promise<Caller> | undefined
  return {
    plane, door: { asker, folder }, now,
    caller: () => (caller ??= plane.call('caller', { asker, cwd: folder })),
    ticketFor: names => `mcp-${minted}-${partsDigest([...names].sort()).slice(0, 16)}`,
  }
}

const listed = ({ name, title, about, writes, idempotent, input, output }: Tool): ListedTool => ({
  name, title, description: about, inputSchema: schemaOf(input), outputSchema: schemaOf(output),
  annotations: { title, readOnlyHint: !writes, destructiveHint: false, idempotentHint: idempotent, openWorldHint: false },
})

function schemaOf(schema: z.ZodMiniObject): ListedTool['inputSchema'] {
  const { $schema: _, ...rest } = z.toJSONSchema(schema)
  return rest as ListedTool['inputSchema']
}

// Checks what a person typed into a form that a server asked for; this one asks for none.
const NEVER_ASKED = { getValidator: () => () => ({ valid: false as const, data: undefined, errorMessage: 'no form is asked for' }) }
