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

const DICTIONARIES: Readonly<Record<string, Words>> = { en, fr }

/** Promises the first of the viewer's languages that the console speaks, else English. */
export function chooseLanguage(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const words = DICTIONARIES[tag.slice(0, 2).toLowerCase()]
    if (words !== undefined) return { tag, words }
  }
  return { tag: 'en', words: en }
}

const SpokenLanguage = createContext<Language>({ tag: 'en', words: en })

/** Gives the language to everything below. */
export const LanguageProvider = SpokenLanguage.Provider

/** The viewer's language. */
export const useLanguage = (): Language => useContext(SpokenLanguage)

/** The viewer's dictionary. */
export const useWords = (): Words => useLanguage().words
