import { useState } from 'preact/hooks'
import type { Api, CalcomWish } from './api-client.ts'
import type { ConnectedByKey } from './records.ts'
import type { Operation } from './use-operation.ts'

/** The form for Cal.com, and what it has led to. */
export interface CalcomEntry {
  readonly isOpen: boolean
  readonly setOpen: (isOpen: boolean) => void
  /** What to enter at Cal.com by hand, told once. */
  readonly webhook: ConnectedByKey['webhook']
  readonly connect: (wish: CalcomWish) => void
}

/** Promises a form that closes once what it asks for is taken, and stays open after a refusal. */
export function useCalcom(api: Api, operation: Operation): CalcomEntry {
  const [isOpen, setOpen] = useState(false)
  const [webhook, setWebhook] = useState<ConnectedByKey['webhook']>(null)
  const connect = (wish: CalcomWish) =>
    operation.run(async () => {
      const answer = await api.connectCalcom(wish)
      setWebhook(answer.webhook)
      setOpen(false)
      return answer
    })
  return { isOpen, setOpen, webhook, connect }
}
