import assert from 'node:assert/strict'
import { patternOf } from '../../db/erasing-pattern.ts'
import { openWorld, type World } from './world.ts'

const PERSON = 'Pat+Secret@Prospect.test'

/** Each tells of the person, as JSON, the web or HTML may write it. */
const THEIRS = [
  'pat+secret@prospect.test',
  '{"email":"PAT+SECRET@PROSPECT.TEST"}',
  String.raw`{"email":"Pat+Secret\u0040prospect.test"}`,
  String.raw`{"text":"write to\npat+secret@prospect.test\tsoon"}`,
  String.raw`{"text":"\u003cpat+secret@prospect.test\u003e"}`,
  String.raw`{"inner":"{\"email\":\"\\u0050at\\u002bsecret\\u0040prospect.test\"}"}`,
  'https://x.test/?email=pat%2Bsecret%40prospect.test&a=b',
  'https://x.test/?text=%20pat%252bsecret%2540prospect.test',
  'a letter—pat+secret@prospect.test.',
  '<p>pat&#43;secret&#x40;prospect.test</p>',
]

/** Each tells of somebody else, whose address contains it. */
const OTHERS = [
  'xpat+secret@prospect.test',
  'x.pat+secret@prospect.test',
  'pat+secret@prospect.test.au',
  'pat+secret@prospect.testing',
  'pat-secret@prospect.test',
  'x%2Epat%2Bsecret%40prospect.test',
  String.raw`\u0078pat+secret@prospect.test`,
  String.raw`pat+secret@prospect.test\u0061`,
]

const SPELLED = [
  'ÉLAN@prospect.test',
  String.raw`\u00c9lan@prospect.test`,
  '%C3%A9lan%40prospect.test',
]

describe('the pattern of an address', () => {
  let world: World
  before(async () => void (world = await openWorld()))
  after(() => world.close())

  /** Which of these texts PostgreSQL finds by their bytes, and by themselves; and JavaScript. */
  async function found(pattern: string, texts: readonly string[]) {
    const { rows } = await world.owner.query<{ bytes: boolean; text: boolean }>(
      `select encode(convert_to(t, 'UTF8'), 'escape') ~* $1 as bytes, t ~* $1 as text
       from unnest($2::text[]) with ordinality as u (t, place) order by place`,
      [pattern, texts],
    )
    const by = (is: (place: number) => boolean) => texts.filter((_text, place) => is(place))
    return {
      bytes: by((place) => rows[place]?.bytes === true),
      text: by((place) => rows[place]?.text === true),
      script: texts.filter((text) => new RegExp(pattern, 'i').test(text)),
    }
  }

  it('finds the address however its signs are written', async () => {
    assert.deepEqual(await found(patternOf([PERSON]), THEIRS), {
      bytes: THEIRS,
      text: THEIRS,
      script: THEIRS,
    })
  })

  it('leaves longer addresses alone', async () => {
    const none = { bytes: [], text: [], script: [] }

    assert.deepEqual(await found(patternOf([PERSON]), OTHERS), none)
  })

  it('finds letters of other scripts by their bytes', async () => {
    const { bytes } = await found(patternOf(['élan@prospect.test']), SPELLED)

    assert.deepEqual(bytes, SPELLED)
  })

  it('reads ten thousand deliveries while an admin waits', async () => {
    const client = await world.owner.connect()
    await client.query(`set statement_timeout = '20s'`)

    const reading = client.query<{ hits: number }>(
      `select count(*)::int as hits from generate_series(1, 10000) as n
       where encode(convert_to(n || repeat('{"name":"Somebody","at":"2026-01-01"}', 100), 'UTF8'),
         'escape') ~* $1`,
      [patternOf([PERSON])],
    )

    const { rows } = await reading.finally(() => client.release(true))
    assert.deepEqual(rows, [{ hits: 0 }])
  })
})
