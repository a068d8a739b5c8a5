import assert from 'node:assert/strict'
import { connectUrl, frontEndUrl, popupTargetOrigin, redirectUri } from '../../api/urls.ts'

const urls = { apiUrl: 'https://hooks.example.com', appUrl: 'https://app.example.com' }

describe('public URLs', () => {
  it('builds what a provider must reach from API_URL, never from APP_URL', () => {
    const link = { provider: 'calendly', ticket: 'a~b' }

    assert.equal(redirectUri(urls, 'calendly'), `${urls.apiUrl}/oauth/calendly/callback`)
    assert.equal(connectUrl(urls, link), `${urls.apiUrl}/oauth/calendly/start?ticket=a~b`)
  })

  it('builds where people go from APP_URL, never from API_URL', () => {
    assert.equal(frontEndUrl(urls), `${urls.appUrl}/`)
    assert.equal(popupTargetOrigin(urls), urls.appUrl)
  })

  it('names the exact origin of the front end, without a path or a slash', () => {
    assert.equal(popupTargetOrigin({ appUrl: 'https://app.example.com/' }), urls.appUrl)
  })
})
