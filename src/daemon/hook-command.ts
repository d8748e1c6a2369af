// `purser hook AGENT EVENT`: runs the installed hook script on a payload, so that a person sees exactly what an agent gets.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { claudeCodeHookSettings } from '../agents/claude-code/hook-settings.ts'
import type { HookAnswer } from '../api/server.ts'
import { AppError } from '../core/errors.ts'
import type { Environment } from '../core/sessions/agent-adapter.ts'
import { hookPlaces } from '../os/files/hook-files.ts'
import { placesFor } from '../os/paths.ts'
import { daemonVariables } from './detach.ts'
import { ADAPTERS } from './wire.ts'

export async function hookCommand({ agent, event, body, environment }: { readonly agent: string; readonly event: string; readonly body: string; readonly environment: Environment }): Promise<HookAnswer> {
  const known = ADAPTERS.filter(adapter => adapter.hooks).map(adapter => adapter.name)
  if (!known.includes(agent)) throw new AppError('invalid_input', `no hooks are known for "${agent}"; there are: ${known.join(', ')}`)
  const { script } = hookPlaces(placesFor(environment.variables).state)
  if (!existsSync(script)) throw new AppError('unavailable', 'the hooks are not installed\ntype: purser hooks install')
  const said = await answered(script, { event, body, environment })
  const heard = claudeCodeHookSettings.events
  // Allowed like any event nobody listens to: a client must not stumble over a name that its next version brings.
  return heard.includes(event) ? said : { ...said, stderr: `${said.stderr}purser: nothing is listening to "${event}", so it is always allowed; purser listens to: ${heard.join(', ')}\n` }
}

async function answered(script: string, { event, body, environment }: { readonly event: string; readonly body: string; readonly environment: Environment }): Promise<HookAnswer> {
  return await new Promise<HookAnswer>((resolve, reject) => {
    const child = spawn('/bin/sh', [script, event], { stdio: ['pipe', 'pipe', 'pipe'], env: daemonVariables(environment.variables) })
    const said = { stdout: '', stderr: '' }
    child.stdout.setEncoding('utf8').on('data', (text: string) => { said.stdout += text })
    child.stderr.setEncoding('utf8').on('data', (text: string) => { said.stderr += text })
    // The script allows at once without reading when nothing is locked: a closed pipe is no fault.
    child.stdin.on('error', () => undefined)
    child.on('error', cause => reject(new AppError('unavailable', `cannot run ${script}: ${cause.message}`, { cause })))
    child.on('close', code => resolve({ exitCode: code ?? 1, ...said }))
    child.stdin.end(body)
  })
}
