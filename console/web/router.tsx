import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'

/** Told when the address has changed by one of our own links. */
const MOVED = 'rendezvous:moved'

/** The part of the address that says which page, and the part that says of what. */
export interface Address {
  readonly path: string
  readonly search: string
}

const here = (): Address => ({ path: location.pathname, search: location.search })

/** The address, as it changes. */
export function useAddress(): Address {
  const [address, setAddress] = useState(here)
  useEffect(() => {
    const look = () => setAddress(here())
    window.addEventListener('popstate', look)
    window.addEventListener(MOVED, look)
    return () => {
      window.removeEventListener('popstate', look)
      window.removeEventListener(MOVED, look)
    }
  }, [])
  return address
}

interface LinkProps {
  readonly to: string
  readonly isHere?: boolean
  readonly label?: string
  readonly children: ComponentChildren
}

/** A link within the console: the page stays, and with it the line that news comes by. */
export function Link({ to, isHere, label, children }: LinkProps) {
  const follow = (event: MouseEvent) => {
    // Whoever wants a new tab gets one.
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return
    event.preventDefault()
    history.pushState(null, '', to)
    window.dispatchEvent(new Event(MOVED))
    window.scrollTo(0, 0)
  }
  return (
    <a href={to} onClick={follow} aria-current={isHere ? 'page' : undefined} aria-label={label}>
      {children}
    </a>
  )
}
