import { chmod, cp, mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { downloadInto, PLATFORM } from './download.ts'
import { findServer } from './find-server.ts'
import type { Log } from './progress.ts'
import { onPath, run } from './processes.ts'
import { withProgress } from './progress.ts'

const VERSION = '1.38.0'

/** Pinned: the one a bare Maven would choose depends on the Maven. */
const COPY_GOAL = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies'

/** Promises the Java server that skips time, as an executable the SDK can start and kill by its pid. */
export const findTestServer = (log: Log): Promise<string> =>
  findServer(
    {
      title: `Temporal test server ${VERSION}`,
      variable: 'TEMPORAL_TEST_SERVER_PATH',
      command: 'temporal-test-server',
      cacheName: `temporal-test-server-${VERSION}`,
      within: 'temporal-test-server',
      download,
      build,
    },
    log,
  )

async function download(workshop: string): Promise<string> {
  const name = `temporal-test-server_${VERSION}_${PLATFORM.os}_${PLATFORM.arch}`
  await downloadInto(workshop, {
    url: `https://github.com/temporalio/sdk-java/releases/download/v${VERSION}/${name}.tar.gz`,
  })
  const made = join(workshop, 'server')
  await mkdir(made)
  await rename(join(workshop, name, 'temporal-test-server'), join(made, 'temporal-test-server'))
  return made
}

/** Maven Central, sums verified (`-C`), into one folder of jars behind a wrapper. */
async function build(workshop: string, log: Log): Promise<string> {
  const maven = onPath('mvn')
  if (maven === undefined || onPath('java') === undefined) {
    throw new Error(
      `Temporal test server ${VERSION} can be neither downloaded nor built: install a JDK (17 or ` +
        'newer) with Maven (the Temporal CLI needs Go too), or set TEMPORAL_TEST_SERVER_PATH',
    )
  }
  const made = join(workshop, 'server')
  await mkdir(join(made, 'lib'), { recursive: true })
  await writeFile(join(workshop, 'pom.xml'), POM)
  const flags = ['-q', '-B', '-C', '-DincludeScope=runtime', '-f', join(workshop, 'pom.xml')]
  await withProgress(`fetching Temporal test server ${VERSION} with Maven`, log, () =>
    run(maven, [...flags, COPY_GOAL, `-DoutputDirectory=${join(made, 'lib')}`]),
  )
  await cp(join(workshop, 'pom.xml'), join(made, 'pom.xml'))
  await writeFile(join(made, 'temporal-test-server'), WRAPPER)
  await chmod(join(made, 'temporal-test-server'), 0o755)
  return made
}

/** `exec`, because the SDK ends the server by the pid it started; one JIT tier starts faster. */
const WRAPPER = `#!/bin/sh
exec java -XX:TieredStopAtLevel=1 -cp "$(dirname "$0")/lib/*" io.temporal.testserver.TestServer "$@"
`

const POM = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>rendezvous</groupId>
  <artifactId>test-server</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>io.temporal</groupId>
      <artifactId>temporal-test-server</artifactId>
      <version>${VERSION}</version>
    </dependency>
  </dependencies>
</project>
`
