import assert from 'node:assert/strict'
import { read } from '../../../providers/calendly/payload.ts'
import { bytes, delivery, INVITEE, RITA, SLOT } from '../../support/calendly-payloads.ts'

const eventOf = (body: unknown) => {
  const { content } = read(bytes(body))
  assert.ok(content.ok && content.event !== null, JSON.stringify(content))
  return content.event
}

const keyOf = (body: unknown): string => read(bytes(body)).dedupeKey

/** A no-show mark of its own. */
const mark = (id: number) => ({
  payload: { no_show: { uri: `https://api.calendly.com/invitee_no_shows/${id}` } },
})

describe('Calendly payload', () => {
  it('reads a booking, with its text exactly as sent', () => {
    const event = eventOf(delivery('invitee.created', { payload: { name: 'Éloïse 🎉 王' } }))

    assert.equal(event.kind, 'created')
    assert.deepEqual(event.invitee, {
      uri: INVITEE,
      slotUri: SLOT,
      email: 'pat@prospect.test',
      name: 'Éloïse 🎉 王',
      firstName: null,
      lastName: null,
      timezone: 'Europe/Paris',
      status: 'active',
      rescheduled: false,
      oldInviteeUri: null,
      newInviteeUri: null,
      noShowUri: null,
      noShowAt: '2026-11-21T10:15:00.192438Z',
      answers: [{ question: 'Topics', answer: 'Migration\nPricing', position: 0 }],
      utm: { campaign: null, source: 'crm', medium: null, content: null, term: null },
      cancelUrl: 'https://calendly.com/cancellations/bbbb',
      rescheduleUrl: 'https://calendly.com/reschedulings/bbbb',
      cancellation: null,
      createdAt: '2026-11-21T10:15:00.192438Z',
      updatedAt: '2026-11-21T10:15:00.192438Z',
    })
    assert.deepEqual(event.slot.hosts, [
      { userUri: RITA, email: 'rita@acme.test', name: 'Rita Host' },
    ])
    assert.equal(event.slot.location?.status, 'processing')
    assert.equal(event.slot.capacity, 1)
  })

  it('reads a cancellation with its blank reason', () => {
    const cancellation = {
      canceled_by: 'Rita Host',
      canceler_type: 'host',
      created_at: '2026-11-22T08:00:01.915208Z',
      reason: '',
    }

    const { invitee } = eventOf(
      delivery('invitee.canceled', { payload: { status: 'canceled', cancellation } }),
    )

    assert.equal(invitee.status, 'canceled')
    assert.deepEqual(invitee.cancellation, {
      by: 'host',
      canceledBy: 'Rita Host',
      reason: '',
      at: '2026-11-22T08:00:01.915208Z',
    })
  })

  it('reads both halves of a reschedule', () => {
    const away = eventOf(
      delivery('invitee.canceled', { payload: { rescheduled: true, new_invitee: `${INVITEE}2` } }),
    )
    const anew = eventOf(delivery('invitee.created', { payload: { old_invitee: `${INVITEE}0` } }))

    assert.deepEqual([away.invitee.rescheduled, away.invitee.newInviteeUri], [true, `${INVITEE}2`])
    assert.equal(anew.invitee.oldInviteeUri, `${INVITEE}0`)
  })

  it('dates a no-show by its own mark, and the removal never before it', () => {
    const no_show = {
      uri: 'https://api.calendly.com/invitee_no_shows/1',
      created_at: '2026-11-26T09:00:00.700000Z',
    }
    const envelope = { created_at: '2026-11-26T09:00:00.000000Z' }

    const set = eventOf(delivery('invitee_no_show.created', { payload: { no_show }, envelope }))
    const unset = eventOf(delivery('invitee_no_show.deleted', { envelope }))

    assert.deepEqual([set.kind, set.invitee.noShowUri], ['noShowSet', no_show.uri])
    assert.deepEqual([unset.kind, unset.invitee.noShowUri], ['noShowUnset', null])
    assert.ok(unset.invitee.noShowAt > set.invitee.noShowAt)
  })

  it("dates a removal by the invitee's own update where that is known", () => {
    const unset = eventOf(
      delivery('invitee_no_show.deleted', {
        payload: { updated_at: '2026-11-26T09:00:00.300000Z' },
        envelope: { created_at: '2026-11-26T09:00:00.000000Z' },
      }),
    )

    assert.equal(unset.invitee.noShowAt, '2026-11-26T09:00:00.300000Z')
  })

  it('reads what little an older payload has', () => {
    const bare = {
      event: 'invitee.created',
      created_at: '2026-11-21T10:15:00.000000Z',
      payload: {
        uri: INVITEE,
        email: 'pat@prospect.test',
        event: SLOT,
        created_at: '2026-11-21T10:15:00Z',
        scheduled_event: {
          uri: SLOT,
          start_time: '2026-11-25T14:00:00Z',
          end_time: '2026-11-25T14:30:00Z',
          created_at: '2026-11-21T10:15:00Z',
        },
      },
    }

    const { invitee, slot } = eventOf(bare)

    assert.deepEqual(
      [invitee.name, invitee.answers, slot.hosts, slot.location],
      [null, [], [], null],
    )
  })

  it('gives a link only if it is one', () => {
    const { invitee } = eventOf(
      delivery('invitee.created', { payload: { cancel_url: 'javascript:alert(1)' } }),
    )

    assert.equal(invitee.cancelUrl, null)
  })

  it('names whose delivery it may be: the maker of the hook and every host', () => {
    const other = `${RITA}2`
    const slot = { event_memberships: [{ user: RITA }, { user: other }] }

    const { accountUris } = read(bytes(delivery('invitee.created', { slot })))

    assert.deepEqual(accountUris, [RITA, other])
  })

  it('sets an event it does not know aside, under a key of its content (case 85)', () => {
    const first = read(bytes(delivery('event_type.created')))
    const second = read(bytes(delivery('event_type.created', { payload: { name: 'Other' } })))

    assert.deepEqual(first.content, { ok: false, reason: 'unknownEvent', at: 'event' })
    assert.notEqual(first.dedupeKey, second.dedupeKey)
    assert.equal(first.kind, 'event_type.created')
  })

  it('gives copies of one fact one key, whichever hook sent them and whenever', () => {
    const envelope = { created_at: '2026-11-21T10:20:00.000000Z', created_by: `${RITA}2` }
    const first = read(bytes(delivery('invitee.created')))
    const copy = read(bytes(delivery('invitee.created', { envelope })))

    assert.deepEqual([copy.dedupeKey, copy.digest], [first.dedupeKey, first.digest])
  })

  it('finds another content under a known key by its digest (case 43)', () => {
    const first = read(bytes(delivery('invitee.created')))
    const forged = read(bytes(delivery('invitee.created', { payload: { email: 'eve@evil.test' } })))

    assert.equal(forged.dedupeKey, first.dedupeKey)
    assert.notEqual(forged.digest, first.digest)
  })

  it('takes a location that became final for the same fact', () => {
    const slot = { location: { type: 'google_conference', status: 'pushed' } }

    const first = read(bytes(delivery('invitee.created')))
    const later = read(bytes(delivery('invitee.created', { slot })))

    assert.equal(later.digest, first.digest)
  })

  it('keeps the keys of different facts apart', () => {
    const keys = [
      keyOf(delivery('invitee.created')),
      keyOf(delivery('invitee.canceled')),
      keyOf(delivery('invitee_no_show.created', mark(1))),
      keyOf(delivery('invitee_no_show.created', mark(2))),
      keyOf(delivery('invitee_no_show.deleted')),
      keyOf(
        delivery('invitee_no_show.deleted', {
          envelope: { created_at: '2026-12-01T10:00:00.000000Z' },
        }),
      ),
    ]

    assert.equal(new Set(keys).size, keys.length)
  })

  it('keeps two removals of a mark within one second apart', () => {
    const [one, again, other] = [removal('100000'), removal('100000'), removal('900000')]

    assert.equal(keyOf(again), keyOf(one))
    assert.notEqual(keyOf(other), keyOf(one))
  })
})

const removal = (micros: string): object =>
  delivery('invitee_no_show.deleted', {
    payload: { updated_at: `2026-12-01T10:00:00.${micros}Z` },
    envelope: { created_at: '2026-12-01T10:00:00.000000Z' },
  })
