// What a client makes of a hook's answer, as it was measured on the genuine one: the exit code first, then the JSON.

/** denied: this call is refused, the turn goes on. stopped: the turn ends before the next request. blocked: no request at all. */
export interface HookResult { readonly verdict: 'allowed' | 'denied' | 'stopped' | 'blocked'; readonly text: string }

interface Answer {
  readonly decision?: string
  readonly reason?: string
  readonly continue?: boolean
  readonly stopReason?: string
  readonly hookSpecificOutput?: { readonly permissionDecision?: string; readonly permissionDecisionReason?: string; readonly additionalContext?: string }
}

const EXIT_BLOCKS = 2

/** Fails open like the client: any other exit code, and output that is no JSON, let the call pass. */
export function obeyed({ code, stdout, stderr }: { readonly code: number | null; readonly stdout: string; readonly stderr: string }): HookResult {
  if (code === EXIT_BLOCKS) return { verdict: 'denied', text: stderr.trim() }
  const answer = code === 0 ? parsed(stdout) : {}
  const { permissionDecision, permissionDecisionReason = '', additionalContext = '' } = answer.hookSpecificOutput ?? {}
  if (answer.continue === false) return { verdict: 'stopped', text: answer.stopReason ?? permissionDecisionReason }
  if (answer.decision === 'block') return { verdict: 'blocked', text: answer.reason ?? '' }
  if (permissionDecision === 'deny') return { verdict: 'denied', text: permissionDecisionReason }
  return { verdict: 'allowed', text: additionalContext }
}

function parsed(text: string): Answer {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
