/** From the first byte of a request to the last: a provider gives us 15 s in all for an answer. */
const ARRIVAL_MS = 15_000
/** The head is one packet or two; whoever needs longer than this wants to hold a socket. */
const HEAD_MS = 10_000

/** Limits of the door, each from what the slowest honest caller needs. */
export function limitsOf(arrivalMs: number = ARRIVAL_MS) {
  return {
    requestTimeout: arrivalMs,
    connectionTimeout: 20_000,
    // Above the usual 60 s of a proxy, so that the proxy ends idle connections, not we.
    keepAliveTimeout: 72_000,
    maxRequestsPerSocket: 1_000,
    bodyLimit: 64 * 1024,
    routerOptions: { maxParamLength: 100 },
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    requestIdHeader: false,
    forceCloseConnections: 'idle',
    http: {
      headersTimeout: Math.min(HEAD_MS, arrivalMs),
      // Node looks for late requests twice a minute: both limits above would then be 30 s late.
      connectionsCheckingInterval: Math.min(1_000, arrivalMs / 2),
      // Tokens and cookies of a browser need four kilobytes at most.
      maxHeaderSize: 16 * 1024,
    },
  } as const
}
