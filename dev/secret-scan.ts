import { repositoryFiles } from './repository-files.ts'
import { suspicionsIn } from './secret-rules.ts'

const found = repositoryFiles().flatMap(({ path, text }) =>
  suspicionsIn(text).map(({ line, rule }) => `${path}:${line}: looks like a live secret (${rule})`),
)
for (const place of found) console.log(place)
process.exitCode = found.length === 0 ? 0 : 1
