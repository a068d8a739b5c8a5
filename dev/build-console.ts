import { buildConsole } from './console.ts'

await buildConsole((line) => console.log(line))
