// What Claude Code writes when it stops, over its versions. Special ones first: a throttle says "limit" too, and says
// that it is not the usage limit.
import type { StopRule } from '../../core/accounts/stop.ts'

export const CLAUDE_CODE_STOPS: readonly StopRule[] = [
  { kind: 'throttle', text: /not your usage limit|temporarily limiting requests|too many requests/ },
  { kind: 'overload', text: /overloaded|\b5(?:00|02|03|04|29)\b.*(?:error|overloaded)|api_error|internal server error/ },
  { kind: 'terminal', text: /concurrent subagent limit|prompt is too long|context (?:window|length|limit)|output token (?:limit|maximum)|maximum (?:context|output)|file (?:size|is too large)|exceeds.*(?:token|size) limit|extra usage (?:is )?required for (?:1m|long)|long.context.*extra usage|issue with the selected model|model .*(?:not found|does not exist)/ },
  { kind: 'billing', text: /credit balance is too low|billing_error|payment required/ },
  { kind: 'auth', text: /please run \/login|oauth token (?:has )?(?:expired|been revoked)|invalid (?:api key|authentication)|failed to authenticate|authentication_failed|oauth_org_not_allowed|not logged in/ },
  // A notice before the limit is no stop.
  { kind: 'model_quota', text: /^(?!.*approaching).*(?:reached|hit) your (?:opus|sonnet|haiku|fable|[a-z0-9 .-]{1,24}) limit.*(?:\/usage-credits|\/model)/ },
  { kind: 'quota', text: /^(?!.*approaching).*(?:5-hour|session) limit/, window: 'five_hour' },
  { kind: 'quota', text: /^(?!.*approaching).*weekly limit/, window: 'seven_day' },
  { kind: 'model_quota', text: /^(?!.*approaching).*opus limit/, window: 'seven_day_opus' },
  { kind: 'model_quota', text: /^(?!.*approaching).*sonnet limit/, window: 'seven_day_sonnet' },
  { kind: 'quota', text: /^(?!.*approaching).*(?:claude (?:ai )?usage limit reached|you've hit your (?:usage )?limit|usage limit reached|out of extra usage|stop and wait for limit to reset)/ },
]
