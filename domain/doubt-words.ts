import type { DoubtReason } from './doubt.ts'

/** What each doubt is called in a sentence that goes on with when it began. */
export const DOUBT_WORDS: Readonly<Record<DoubtReason, string>> = {
  hookMissing: 'The provider had no webhook of ours',
  hookDisabled: 'The provider had disabled our webhook',
  hookReplaced: 'Our webhook did not stand as it should',
  retrying: 'Deliveries did not get through to us',
  tokenDead: 'We had no access to the account',
  paused: 'The integration was paused',
  planRefused: 'The plan of the account allowed no webhook',
  scopeRefused: 'A permission for webhooks was missing',
  roleRefused: 'The role of the account allowed no webhook',
  requestRefused: 'The provider refused our webhook',
  otherKey: 'Deliveries were signed with another key',
  staleSignature: 'Deliveries were signed too long ago',
  silentHook: 'The webhook did not bring what was booked',
}
