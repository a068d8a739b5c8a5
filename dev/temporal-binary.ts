import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { downloadInto, PLATFORM } from './download.ts'
import { findServer } from './find-server.ts'
import type { Log } from './progress.ts'
import { onPath, run } from './processes.ts'
import { withProgress } from './progress.ts'

/** Carries server 1.29.1 and UI 2.42.1; the newest release that `go install` accepts. */
const VERSION = '1.5.1'

const FILE_NAME = `temporal_cli_${VERSION}_${PLATFORM.os}_${PLATFORM.arch}.tar.gz`

/** Promises the Temporal command line, which holds the development server and its UI. */
export const findTemporalCli = (log: Log): Promise<string> =>
  findServer(
    {
      title: `Temporal CLI ${VERSION}`,
      variable: 'TEMPORAL_CLI_PATH',
      command: 'temporal',
      cacheName: `temporal-${VERSION}`,
      download,
      build,
    },
    log,
  )

async function download(workshop: string): Promise<string> {
  await downloadInto(workshop, {
    url: `https://temporal.download/cli/archive/v${VERSION}?platform=${PLATFORM.os}&arch=${PLATFORM.arch}`,
    checksums: {
      url: `https://github.com/temporalio/cli/releases/download/v${VERSION}/checksums.txt`,
      fileName: FILE_NAME,
    },
  })
  return join(workshop, 'temporal')
}

/** The Go module proxy, whose sums `go` verifies itself. */
async function build(workshop: string, log: Log): Promise<string> {
  const go = onPath('go')
  if (go === undefined) {
    throw new Error(
      `Temporal CLI ${VERSION} can be neither downloaded nor built: install Go (1.24 or newer; the ` +
        'test server needs a JDK with Maven too), or set TEMPORAL_CLI_PATH to an executable',
    )
  }
  await mkdir(workshop, { recursive: true })
  await withProgress(
    `building Temporal CLI ${VERSION} with Go (about 6 minutes on a new machine)`,
    log,
    () =>
      run(go, ['install', `github.com/temporalio/cli/cmd/temporal@v${VERSION}`], {
        cwd: workshop,
        env: { ...process.env, GOBIN: workshop, GOFLAGS: '', CGO_ENABLED: '0' },
      }),
  )
  return join(workshop, 'temporal')
}
