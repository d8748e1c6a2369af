import { describe, expect, it } from 'vitest'
import { redact } from '../../../src/core/text/redact.ts'

// Assembled from parts, so that no secret scanner takes this file for a leak.
const run = (length: number, alphabet = 'a1B2c3D4e5'): string => alphabet.repeat(Math.ceil(length / alphabet.length)).slice(0, length)
const upper = (length: number): string => run(length, 'Q7W3E9R2')

const KEYS: readonly (readonly [name: string, text: string, expected: string])[] = [
  ['an Anthropic key', `sk-ant-api03-${run(90)}-AA`, 'sk-ant-[redacted]'],
  ['a short Anthropic key', 'sk-ant-abcdefgh', 'sk-ant-[redacted]'],
  ['an OpenAI project key', `sk-proj-${run(60)}`, 'sk-proj-[redacted]'],
  ['an old OpenAI key', `sk-${run(48)}`, 'sk-[redacted]'],
  ['an OpenRouter key', `sk-or-v1-${run(64)}`, 'sk-or-v1-[redacted]'],
  ['a Stripe key', `sk_live_${run(24)}`, 'sk_live_[redacted]'],
  ['a GitHub token', `ghp_${run(36)}`, 'ghp_[redacted]'],
  ['a GitHub app token', `ghs_${run(36)}`, 'ghs_[redacted]'],
  ['a fine-grained GitHub token', `github_pat_${run(22)}_${run(59)}`, 'github_pat_[redacted]'],
  ['a GitLab token', `glpat-${run(20)}`, 'glpat-[redacted]'],
  ['an AWS key id', `AKIA${upper(16)}`, 'AKIA[redacted]'],
  ['a temporary AWS key id', `ASIA${upper(16)}`, 'ASIA[redacted]'],
  ['a Slack bot token', `xoxb-${run(12, '12345')}-${run(24)}`, 'xoxb-[redacted]'],
  ['a Slack app token', `xapp-1-${run(30)}`, 'xapp-[redacted]'],
  ['a Telegram bot token', `123456789:${run(35)}`, '123456789:[redacted]'],
  ['a Telegram address', `https://api.telegram.org/bot123456789:${run(35)}/sendMessage`, 'https://api.telegram.org/bot123456789:[redacted]/sendMessage'],
  ['a Slack webhook', `https://hooks.slack.com/services/T0/B0/${run(24)}`, 'https://hooks.slack.com/services/[redacted]'],
  ['a Discord webhook', `https://discord.com/api/webhooks/12/${run(24)}`, 'https://discord.com/api/webhooks/[redacted]'],
  ['a Google key', `AIza${run(35)}`, 'AIza[redacted]'],
  ['an npm token', `npm_${run(36)}`, 'npm_[redacted]'],
  ['a Hugging Face token', `hf_${run(34)}`, 'hf_[redacted]'],
  ['an ntfy token', `tk_${run(29)}`, 'tk_[redacted]'],
  ['a webhook secret', `whsec_${run(32)}=`, 'whsec_[redacted]'],
  ['a JSON web token', `eyJ${run(20)}.eyJ${run(40)}.${run(43)}`, '[redacted]'],
  ['a bearer', 'Bearer abcdef0123456789', 'Bearer [redacted]'],
  ['userinfo with a password', 'https://user:hunter2@example.com/x', 'https://[redacted]@example.com/x'],
  ['userinfo that is a token', `https://${run(20)}@github.com/a/b.git`, 'https://[redacted]@github.com/a/b.git'],
  ['a database address', 'postgres://purser:pw@127.0.0.1:5432/db', 'postgres://[redacted]@127.0.0.1:5432/db'],
  ['a token in a query', 'https://x.example/?a=1&access_token=abc&b=2', 'https://x.example/?a=1&access_token=[redacted]&b=2'],
  ['a variable named for a key', 'ANTHROPIC_API_KEY=abcdefghij', 'ANTHROPIC_API_KEY=[redacted]'],
  ['a JSON password', '{"password": "hunter22"}', '{"password": "[redacted]"}'],
  ['an unfinished private key', `-----BEGIN OPENSSH PRIVATE KEY-----\n${run(64)}\n${run(64)}`, '[redacted]'],
  ['a private key', `-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n${run(64)}\n-----END RSA PRIVATE KEY-----`, '[redacted]'],
]

describe('redact', () => {
  it.each(KEYS)('removes %s', (_name, text, expected) => {
    expect(redact(text)).toBe(expected)
  })

  it.each(KEYS.filter(([name]) => name !== 'an unfinished private key'))('removes %s in the middle of a sentence, and only it', (_name, text, expected) => {
    expect(redact(`before, "${text}" after`)).toBe(`before, "${expected}" after`)
  })

  it.each([
    'budget web-daily is spent: $20.41 of $20.00 today (project web)', 'purser lock release Labc123 --reason "..."',
    'branch sk-refactor-the-whole-thing', 'branch npm_audit_fix_everything_now_please', 'session 0f8fad5b-d9cb-469f-a165-70867728950e',
    'claude-sonnet-4-5-20250929', 'msg_01ABCDEFGHIJKLMNOPQRSTUV', 'fencing token: 1234567', 'tokens: 1200345', '/home/me/secret/project', '10:30:00',
    'https://example.com/a?tokens=no', 'http://127.0.0.1:8080/path', 'git@github.com:owner/name.git', 'AKIA is a prefix', 'bearer of news',
  ])('leaves %j alone', text => {
    expect(redact(text)).toBe(text)
  })

  it('changes nothing when applied twice', () => {
    for (const [, text] of KEYS) expect(redact(redact(`x ${text} y`))).toBe(redact(`x ${text} y`))
  })

  it('removes an exact secret of ours wherever a server echoes it, but not words of a letter or two', () => {
    expect(redact('no route /T1/B2/plainword here', ['/T1/B2/plainword', 'n', ''])).toBe('no route [redacted] here')
  })

  it.each(['a://', 'eyJ', '-----BEGIN PRIVATE KEY-----', 'token', '12345678:', 'sk-', 'bearer ', '?key', 'https://hooks.slack.com/services/', 'authorization: '])('reads 300 kB of %j in bounded time', unit => {
    const text = unit.repeat(Math.ceil(300_000 / unit.length))
    expect(redact(text).length).toBeGreaterThan(0)
  })
})
