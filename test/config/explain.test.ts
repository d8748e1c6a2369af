import { describe, expect, it } from 'vitest'
import { explain } from '../../src/config/explain.ts'
import { loadConfig, type ConfigContext } from '../../src/config/load.ts'

const CONTEXT: ConfigContext = { systemZone: 'Europe/Paris', home: '/home/u' }
const rows = (text: string, context = CONTEXT): Record<string, string> =>
  Object.fromEntries(explain(loadConfig(text, 'f', context)).map(({ key, value, from, line }) => [key, `${value} (${from}${line > 0 ? ` ${line}` : ''})`]))

describe('explain', () => {
  it('says of every key where its value came from', () => {
    const found = rows('\n[logs]\nsweep = "90s"\nmax_files = 3\n[[budget]]\nid = "web"\ncap = 0.5\nproject = "~/web"\n', { ...CONTEXT, environment: { PURSER_LOGS_MAX_FILES: '7' } })
    expect(found).toMatchObject({
      'zone': '"Europe/Paris" (system)', 'logs.sweep': '"90s" (file 3)', 'logs.max_files': '7 (environment)', 'logs.roots': '[] (default)', 'logs.warn_growth': '"10MiB" (default)',
      'budget.web.id': '"web" (file 6)', 'budget.web.limit': '"0.50" (file 7)', 'budget.web.project': '"/home/u/web" (file 8)', 'budget.web.on_breach': '"warn" (default)',
      'budget.web.grace': '"30s" (default)', 'budget.web.thresholds': '[50, 80, 95, 100] (default)', 'retention.audit_days': '400 (default)',
    })
    expect(found).not.toHaveProperty(['budget.web.branch'])
  })

  it('never shows a token, nor the path of an address, which is a secret too', () => {
    const text = '[[notify]]\nchannel = "slack"\nurl = "https://hooks.example/T0/B0/s3cret"\n[[notify]]\nchannel = "telegram"\ntoken = "123:s3cret"\nchat = "5"\n[[notify]]\nchannel = "webhook"\nurl = "https://h.example/?key=s3cret"\n'
    const found = rows(text)
    expect(JSON.stringify(found)).not.toContain('s3cret')
    expect(found).toMatchObject({ 'notify.slack.url': '"https://hooks.example/..." (file 3)', 'notify.telegram.token': '"(set)" (file 6)', 'notify.telegram.url': '"https://api.telegram.org" (default)', 'notify.webhook.token': '"" (default)' })
  })

  it('writes durations and sizes as the file would', () => {
    const found = rows('[logs]\nsweep = "1500ms"\nwarn_growth = "1000B"\n[[budget]]\nid = "a"\nlimit = 1\ngrace = 0\n[[budget]]\nid = "b"\nlimit = 1\ngrace = "24h"\n')
    expect(found).toMatchObject({ 'logs.sweep': '"1500ms" (file 2)', 'logs.warn_growth': '"1000B" (file 3)', 'budget.a.grace': '"0s" (file 7)', 'budget.b.grace': '"1d" (file 11)' })
  })
})
