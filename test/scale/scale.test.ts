import { tell } from '../support/tell.ts'
import { sailRightly } from './expectations.ts'
import { sail } from './voyage.ts'

/** Enough for a worker to feel them, in a minute and a half; `npm run scale` has a thousand. */
const COUNT = 300

describe('many idle integrations on one worker', function scaleSuite() {
  this.timeout(280_000)

  it('idle cheaply, are caught up with after the worker was down, and miss no booking', async () => {
    const voyage = await sail({
      count: COUNT,
      intervalSeconds: 15,
      booked: 100,
      seed: 3,
      log: () => {},
    })

    tell(`${voyage.kibPerIntegration} KiB and ${voyage.actionsPerInterval} actions a look each`)
    tell(`caught up with in ${voyage.caughtUpAfterMs} ms after ${voyage.downMs} ms`)
    sailRightly(voyage, COUNT)
  })
})
