// Takes what looks like a credential out of text that is about to leave the machine or enter a log. Recognises shapes,
// not meanings: a password without a shape is caught only where a name in front of it says so. Every pattern has bounded
// repeats, so that a hostile text costs linear time.

const GONE = '[redacted]'

interface Shape { readonly pattern: RegExp; readonly put: string }

// Prefixes and alphabets as the vendors publish them for secret scanning; the prefix stays, so that a reader knows which
// key to rotate. Where a prefix could begin an ordinary branch name, the alphabet has no separator in it.
const VENDOR_KEYS: readonly string[] = [
  '(sk-ant-|sk-proj-|sk-svcacct-|sk-or-v1-)[A-Za-z0-9_-]{8,1024}', '(sk-)[A-Za-z0-9]{20,1024}', '([sr]k_(?:live|test)_)[A-Za-z0-9]{10,1024}',
  '(gh[pousr]_)[A-Za-z0-9_.-]{20,1024}', '(github_pat_)[A-Za-z0-9_]{20,1024}', '(glpat-)[A-Za-z0-9_.-]{16,1024}',
  '(xox[a-z]-|xapp-)[A-Za-z0-9-]{10,1024}', '(AIza|ya29\\.|SG\\.)[A-Za-z0-9_.-]{20,1024}', '(whsec_)[A-Za-z0-9+/=]{16,1024}',
  '(npm_|hf_|gsk_|r8_|tk_|xai-|pypi-|dop_v1_)[A-Za-z0-9]{24,1024}',
]

const SHAPES: readonly Shape[] = [
  // A private key block first: its lines would otherwise be cut into pieces. A block without its end goes as well.
  { pattern: /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----(?:[^-]|-(?!-)){0,12000}(?:-----END [A-Z ]{0,40}PRIVATE KEY-----)?/g, put: GONE },
  // scheme://user:password@host keeps scheme and host.
  { pattern: /\b([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/?#@"'<>]{1,512}@/gi, put: `$1${GONE}@` },
  // Webhook addresses are credentials as a whole.
  { pattern: /\b(https:\/\/hooks\.slack\.com\/(?:services|workflows|triggers)\/)[^\s"'<>]{1,512}/gi, put: `$1${GONE}` },
  { pattern: /\b(https:\/\/(?:[a-z]{1,10}\.)?discord(?:app)?\.com\/api\/webhooks\/)[^\s"'<>]{1,512}/gi, put: `$1${GONE}` },
  // Telegram: digits, colon, 35 characters; also after /bot in an address.
  { pattern: /(^|[^0-9A-Za-z])((?:bot)?\d{6,12}):[A-Za-z0-9_-]{30,64}/g, put: `$1$2:${GONE}` },
  // JSON web tokens: three base64url parts, the first two being objects.
  { pattern: /\beyJ[A-Za-z0-9_-]{8,2048}\.eyJ[A-Za-z0-9_-]{2,2048}(?:\.[A-Za-z0-9_-]{0,2048})?/g, put: GONE },
  // AWS: long-lived and temporary key ids.
  { pattern: /\b(AKIA|ASIA)[0-9A-Z]{16}\b/g, put: `$1${GONE}` },
  ...VENDOR_KEYS.map(key => ({ pattern: new RegExp(`(?<![A-Za-z0-9])${key}`, 'g'), put: `$1${GONE}` })),
  // The header with its scheme, then any other value of a bearer.
  { pattern: /\b(authorization["']?\s{0,4}[:=]\s{0,4}["']?(?:basic|bearer|token|digest)?\s{0,4})(?!\[redacted)[^\s"',;]{4,2048}/gi, put: `$1${GONE}` },
  { pattern: /\b(bearer\s{1,4})(?!\[redacted)[A-Za-z0-9._~+/=-]{8,2048}/gi, put: `$1${GONE}` },
  // In an address: ?token=... and its like.
  { pattern: /([?&;](?:[a-z0-9_-]{0,32}(?:token|key|secret|password|passwd|signature)|auth|sig|pwd)=)(?!\[redacted)[^\s&#"'<>]{1,2048}/gi, put: `$1${GONE}` },
  // A name that says what follows: ANTHROPIC_API_KEY=..., "password": "..."; a plain number (a fencing token) stays.
  { pattern: /\b([a-z0-9_-]{0,48}(?:api[_-]?key|access[_-]?key|secret|token|password|passwd)["']?\s{0,4}[:=]\s{0,4}["']?)(?!\[redacted|\d{1,20}\b)[^\s"',;&]{6,2048}/gi, put: `$1${GONE}` },
]

/** The text with everything key-shaped replaced by `[redacted]`. `known` are exact secrets of ours, removed first. */
export function redact(text: string, known: readonly string[] = []): string {
  let clean = text
  for (const secret of known) if (secret.length >= KNOWN_CHARS_MIN) clean = clean.replaceAll(secret, GONE)
  for (const { pattern, put } of SHAPES) clean = clean.replace(pattern, put)
  return clean
}

// A shorter "secret" would tear ordinary words apart and protects nothing.
const KNOWN_CHARS_MIN = 4
