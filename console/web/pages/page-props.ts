import type { Api } from '../api-client.ts'
import type { Me } from '../records.ts'
import type { NewsFeed } from '../use-news.ts'

/** What every page of somebody signed in is given. */
export interface PageProps {
  readonly api: Api
  readonly me: Me
  readonly news: NewsFeed
}
