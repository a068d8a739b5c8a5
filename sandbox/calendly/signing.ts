import { createHmac } from 'node:crypto'

/** The headers of a delivery, exactly those Calendly sends. */
export function headersFor(signature: string | undefined): Record<string, string> {
  return {
    'User-Agent': 'Calendly',
    Accept: '*/*',
    'Accept-Encoding': 'gzip',
    'Content-Type': 'application/json',
    ...(signature === undefined ? {} : { 'Calendly-Webhook-Signature': signature }),
  }
}

/** `t=…,v1=…` over `t.body`, lower-case hex. */
export function sign(key: string, t: number, body: string): string {
  return `t=${t},v1=${createHmac('sha256', key).update(`${t}.${body}`).digest('hex')}`
}
