import type { Webhook } from '../../providers/provider.ts'

/** Hosts of a collective event are few; each account costs a look-up for an unverified body. */
const ACCOUNTS = 3
/** A real booking nests six deep. Deeper ones may exhaust the stack of a parser, so none is asked. */
const DEPTH = 64

/**
 * The accounts that an unverified body says it is about: at most three, and none where the body is
 * nested absurdly deep. Good for looking up keys and for nothing else.
 */
export function accountCandidates(webhook: Webhook, rawBody: Uint8Array): readonly string[] {
  if (isDeep(rawBody)) return []
  return [...new Set(webhook.read(rawBody).accountUris)].slice(0, ACCOUNTS)
}

/** Counts brackets outside texts, over bytes: it must not need the parser it protects. */
function isDeep(bytes: Uint8Array): boolean {
  let depth = 0
  let isText = false
  for (let place = 0; place < bytes.length; place += 1) {
    const byte = bytes[place]
    if (isText && byte === BACKSLASH) place += 1
    else if (byte === QUOTE) isText = !isText
    else if (!isText && (byte === OPEN_BRACE || byte === OPEN_BRACKET)) depth += 1
    else if (!isText && (byte === CLOSE_BRACE || byte === CLOSE_BRACKET)) depth -= 1
    if (depth > DEPTH) return true
  }
  return false
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
