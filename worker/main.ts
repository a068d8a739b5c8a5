import { loadWorkerConfig } from '../config/config.ts'
import { runWorkerProcess } from './process.ts'

await runWorkerProcess(await loadWorkerConfig())
