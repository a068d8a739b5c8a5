import { render } from 'preact'
import { App } from './app.tsx'
import { takeTokenFromAddress } from './session.ts'
import './styles/base.css'
import './styles/parts.css'
import './styles/lists.css'
import './styles/pages.css'
import './styles/forms.css'
import './styles/dashboard.css'
import { chooseLanguage, LanguageProvider } from './words/language.ts'

const givenToken = takeTokenFromAddress()
const language = chooseLanguage(navigator.languages)
document.documentElement.lang = language.tag

const root = document.querySelector('#console')
if (root !== null) {
  render(
    <LanguageProvider value={language}>
      <App givenToken={givenToken} />
    </LanguageProvider>,
    root,
  )
}
