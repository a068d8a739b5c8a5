import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import { en } from './en.ts'
import type { Words } from './en.ts'
import { fr } from './fr.ts'

/** A dictionary and the tag that dates are formatted with. */
export interface Language {
  readonly tag: string
  readonly words: Words
}

const DICTIONARIES = new Map<string, Words>([
  ['en', en],
  ['fr', fr],
])

/** Promises the first of the viewer's languages that the console speaks, else English. */
export function chooseLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const key = tag.match(/^[a-z]+/i)?.[0].toLowerCase() ?? ''
    const words = DICTIONARIES.get(key)
    if (words !== undefined) return { tag: formattable(tag) ?? key, words }
  }
  return { tag: 'en', words: en }
}

/** A browser may name a tag, such as `en-US@posix`, that its own `Intl` refuses with a throw. */
function formattable(tag: string): string | undefined {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(tag)[0]
  } catch {
    return undefined
  }
}

const SpokenLanguage = createContext<Language>({ tag: 'en', words: en })

/** Gives the language to everything below. */
export const LanguageProvider = SpokenLanguage.Provider

/** The viewer's language. */
export const useLanguage = (): Language => useContext(SpokenLanguage)

/** The viewer's dictionary. */
export const useWords = (): Words => useLanguage().words
