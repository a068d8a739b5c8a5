/** For a container: healthy when the api in it answers that it is alive. */
const url = `http://127.0.0.1:${process.env['PORT'] ?? '3000'}/health`
const answer = await fetch(url, { signal: AbortSignal.timeout(2_000) }).catch(() => undefined)
process.exitCode = answer?.ok === true ? 0 : 1
