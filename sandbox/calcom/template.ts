import { isRecord } from '../json.ts'

/** Source: Handlebars escapes these for HTML. */
const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#x27;',
  '`': '&#x60;',
  '=': '&#x3D;',
}

/** True when a template is JSON before anything is filled in; all others go out as forms. */
export function isJsonTemplate(template: string): boolean {
  return parse(template) !== false
}

/** Fills a template as Cal.com does: what is no JSON afterwards becomes the word `false`. */
export function fillTemplate(template: string, values: Record<string, unknown>): string {
  const filled = template
    .replace(/\{\{\s*([\w.]+)\s*\}\}/g, (_whole, path: string) => escape(valueAt(values, path)))
    .replaceAll('&quot;', '"')
  return isJsonTemplate(template) ? JSON.stringify(parse(filled)) : filled
}

function valueAt(values: unknown, path: string): unknown {
  return path.split('.').reduce((value: unknown, name) => {
    if (Array.isArray(value)) return value[Number(name)]
    return isRecord(value) ? value[name] : undefined
  }, values)
}

function escape(value: unknown): string {
  if (value === undefined || value === null) return ''
  const text: unknown = typeof value === 'object' ? '[object Object]' : value
  return String(text).replace(/[&<>"'`=]/g, (character) => ENTITIES[character] ?? character)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return false
  }
}
