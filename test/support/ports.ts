export { freePort } from '../../dev/ports.ts'
