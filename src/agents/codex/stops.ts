// What Codex writes when it stops. What a workspace shares is billing: another account of it has the same.
import type { StopRule } from '../../core/accounts/stop.ts'

export const CODEX_STOPS: readonly StopRule[] = [
  { kind: 'billing', text: /workspace is out of credits|hit your spend cap|spend cap|quota exceeded\. check your plan and billing/ },
  { kind: 'overload', text: /server.*overloaded|stream disconnected|\b5(?:00|02|03|04)\b|exceeded retry limit, last status: 5/ },
  { kind: 'throttle', text: /rate limit reached for|too many requests|exceeded retry limit, last status: 429/ },
  { kind: 'auth', text: /please (?:log|sign) in again|access token could not be refreshed|\b401\b|unauthorized|not logged in/ },
  { kind: 'terminal', text: /context window|ran out of room|input exceeds/ },
  { kind: 'quota', text: /you've hit your usage limit/ },
]
