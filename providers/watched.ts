import type { Dispatcher } from 'undici'

/** What became of a request, as far as the wire tells. */
export interface Fate {
  /** Its first byte may have left us. */
  hasLeft: boolean
}

/**
 * The same dispatcher, and a note of whether the request was begun: it starts only once a connected
 * socket takes it, so a refused connection, an unknown name or a failed handshake leave no mark.
 */
export function watched(dispatcher: Dispatcher): readonly [Dispatcher, Readonly<Fate>] {
  const fate: Fate = { hasLeft: false }
  const watching = dispatcher.compose(
    (dispatch) => (options, handler) => dispatch(options, noting(handler, fate)),
  )
  return [watching, fate]
}

const noting = (handler: Dispatcher.DispatchHandler, fate: Fate): Dispatcher.DispatchHandler => ({
  onRequestStart: (controller, context) => {
    fate.hasLeft = true
    handler.onRequestStart?.(controller, context)
  },
  onRequestUpgrade: (...told) => handler.onRequestUpgrade?.(...told),
  onResponseStart: (...told) => handler.onResponseStart?.(...told),
  onResponseData: (...told) => handler.onResponseData?.(...told),
  onResponseEnd: (...told) => handler.onResponseEnd?.(...told),
  onResponseError: (...told) => handler.onResponseError?.(...told),
})
