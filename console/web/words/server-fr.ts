import type { Outcome } from '../records.ts'
import { REJECTION_SENTENCES_FR } from './rejection-sentences-fr.ts'
import { SESSION_SENTENCES_FR } from './session-sentences-fr.ts'

const SUPERSEDED_BY = {
  live: 'connecté',
  polling: 'connecté par vérifications régulières',
  needsAdmin: 'un admin doit donner son accord',
  needsScope: 'une autorisation manque',
  needsConsent: 'un nouvel accord est nécessaire',
  waitingForFirstDelivery: 'en attente de la première livraison',
  denied: 'accès refusé',
  superseded: 'remplacée à son tour',
  paused: 'en pause',
  disconnected: 'déconnecté',
  failed: 'échec',
} satisfies Record<Outcome, string>

/** The server's reasons and next steps, word for word, and what they are in French. */
export const SERVER_FR: ReadonlyMap<string, string> = new Map([
  ...SESSION_SENTENCES_FR,
  ...REJECTION_SENTENCES_FR,
  [
    'No delivery has come yet. It was made by hand, so nothing is reconciled and nothing is synced.',
    'Aucune livraison n’est encore arrivée. Le webhook a été créé à la main : rien n’est vérifié ni synchronisé.',
  ],
  [
    'Nothing authentic has come for a day. It was made by hand, so nothing is reconciled and nothing is synced.',
    'Rien d’authentique n’est arrivé depuis un jour. Le webhook a été créé à la main : rien n’est vérifié ni synchronisé.',
  ],
  [
    'The last delivery was authentic. It was made by hand, so nothing is reconciled and nothing is synced.',
    'La dernière livraison était authentique. Le webhook a été créé à la main : rien n’est vérifié ni synchronisé.',
  ],
  [
    'Press the ping test of the webhook at the provider.',
    'Lancez le test « ping » du webhook chez le fournisseur.',
  ],
  [
    'Check at the provider: the subscriber URL is exactly ours, the secret is ours, the webhook is on, the events are ticked, it has no payload template, and it belongs to whose bookings you expect. Then press its ping test, or connect again for a new secret.',
    'Vérifiez chez le fournisseur : l’URL est exactement la nôtre, le secret est le nôtre, le webhook est activé, les événements sont cochés, il n’a pas de modèle de contenu, et il appartient à la personne dont vous attendez les réservations. Lancez ensuite son test « ping », ou connectez de nouveau pour un autre secret.',
  ],
  [
    'The webhook was made by hand and still stands at the provider.',
    'Le webhook a été créé à la main et existe toujours chez le fournisseur.',
  ],
  [
    'Delete it there; until then its deliveries are dropped.',
    'Supprimez-le là-bas ; d’ici là, ses livraisons sont ignorées.',
  ],
  ['The provider refuses this API key.', 'Le fournisseur refuse cette clé d’API.'],
  [
    'Make a new one at the provider, and check at which installation.',
    'Créez-en une nouvelle chez le fournisseur, et vérifiez à quelle installation.',
  ],
  [
    'The provider refuses the key; it was deleted, or it has expired.',
    'Le fournisseur refuse la clé ; elle a été supprimée ou a expiré.',
  ],
  ['There is no access to the account.', 'Il n’y a pas d’accès au compte.'],
  ['There is no access to the account any more.', 'Il n’y a plus d’accès au compte.'],
  [
    'Connect it again: with a new API key, or with a webhook of your own.',
    'Connectez-le de nouveau : avec une nouvelle clé d’API, ou avec un webhook créé par vous.',
  ],
  [
    'The provider refuses our access although the token was refreshed.',
    'Le fournisseur refuse notre accès alors que le jeton vient d’être renouvelé.',
  ],
  [
    'The provider says that our access was revoked.',
    'Le fournisseur indique que notre accès a été révoqué.',
  ],
  [
    'The provider’s answer to a token refresh was lost, twice.',
    'La réponse du fournisseur au renouvellement du jeton s’est perdue deux fois.',
  ],
  [
    'The provider refused the access it had just granted.',
    'Le fournisseur a refusé l’accès qu’il venait d’accorder.',
  ],
  ['You did not give your consent.', 'Vous n’avez pas donné votre accord.'],
  [
    'The provider ended the consent without an answer.',
    'Le fournisseur a mis fin à la demande d’accord sans réponse.',
  ],
  [
    'The answer to the consent came from another service than the one that was asked.',
    'La réponse à la demande d’accord vient d’un autre service que celui qui a été interrogé.',
  ],
  ['No such integration, or not yours.', 'Cette intégration n’existe pas, ou n’est pas à vous.'],
  ['It is disconnected: reconnect it first.', 'Elle est déconnectée : reconnectez-la d’abord.'],
  ['Reconnect the account.', 'Reconnectez le compte.'],
  ['Paused by a person.', 'Mise en pause par une personne.'],
  ['Resume to catch up.', 'Reprenez pour rattraper le retard.'],
  [
    'The provider is retrying deliveries to us.',
    'Le fournisseur réessaie de nous transmettre des réservations.',
  ],
  [
    'The account has left the organization that it was connected in.',
    'Le compte a quitté l’organisation dans laquelle il avait été connecté.',
  ],
  [
    'Reconnect the account to go on with it as it is now.',
    'Reconnectez le compte pour continuer avec lui tel qu’il est maintenant.',
  ],
  [
    'The provider signs with another key, so its deliveries are refused.',
    'Le fournisseur signe avec une autre clé : ses envois sont refusés.',
  ],
  [
    'The provider’s deliveries are signed too long ago to be believed.',
    'La signature des envois du fournisseur est trop ancienne pour être crue.',
  ],
  [
    'Bookings came that the webhook did not bring, although it is called active.',
    'Des réservations sont arrivées sans que le webhook, pourtant dit actif, les transmette.',
  ],
  [
    'The provider signs with another key, so the webhook was made anew and waits for its first delivery.',
    'Le fournisseur signait avec une autre clé : le webhook a été recréé et attend son premier envoi.',
  ],
  [
    'Bookings came that the webhook did not bring, so it was made anew and waits for its first delivery.',
    'Le webhook n’a pas transmis une réservation : il a été recréé et attend son premier envoi.',
  ],
  [
    'The webhook was made anew and waits for its first delivery.',
    'Le webhook a été recréé et attend son premier envoi.',
  ],
  [
    'Nothing to do: bookings are fetched meanwhile.',
    'Rien à faire : les réservations sont relevées en attendant.',
  ],
  [
    'Nothing to do: the webhook is made anew with a new key, bookings are fetched.',
    'Rien à faire : le webhook est recréé avec une nouvelle clé, les réservations sont relevées.',
  ],
  [
    'Nothing to do: the webhook is made anew, bookings are fetched meanwhile.',
    'Rien à faire : le webhook est recréé, les réservations sont relevées en attendant.',
  ],
  [
    'Check the clock of this installation; bookings are fetched meanwhile.',
    'Vérifiez l’horloge de cette installation ; les réservations sont relevées en attendant.',
  ],
  [
    'A new webhook did not help: enter the signing key of the provider’s app in the settings of this installation. Bookings are fetched meanwhile.',
    'Un nouveau webhook n’a rien changé : indiquez la clé de signature de l’application du fournisseur dans les réglages de cette installation. Les réservations sont relevées en attendant.',
  ],
  [
    'A new webhook did not help yet; another one is made every six hours. Bookings are fetched meanwhile.',
    'Un nouveau webhook n’a rien changé pour l’instant ; un autre est créé toutes les six heures. Les réservations sont relevées en attendant.',
  ],
  [
    'We keep removing what is left at the provider for 72 hours.',
    'Nous continuons pendant 72 heures à retirer ce qui reste chez le fournisseur.',
  ],
  [
    'Something of ours may still stand at the provider, and we can no longer remove it.',
    'Quelque chose de nous est peut-être encore en place chez le fournisseur, et nous ne pouvons plus le retirer.',
  ],
  [
    'Remove our access in the settings of the account at the provider.',
    'Retirez notre accès dans les réglages du compte chez le fournisseur.',
  ],
  [
    "The account's plan has no webhooks, so bookings are fetched every half hour.",
    'L’offre du compte ne comprend pas de webhooks : les réservations sont relevées toutes les demi-heures.',
  ],
  [
    'Upgrade the plan at the provider; the webhook is then made by itself.',
    'Passez à une offre supérieure chez le fournisseur ; le webhook se crée alors tout seul.',
  ],
  [
    'The account granted too few permissions for webhooks.',
    'Le compte a accordé trop peu d’autorisations pour les webhooks.',
  ],
  [
    'Reconnect and approve all requested permissions.',
    'Reconnectez et accordez toutes les autorisations demandées.',
  ],
  [
    "The account's role may not create this webhook.",
    'Le rôle du compte ne permet pas de créer ce webhook.',
  ],
  [
    'Ask an owner or admin of the provider organization to connect.',
    'Demandez à un propriétaire ou admin de l’organisation chez le fournisseur de se connecter.',
  ],
  [
    'The provider calls our request for a webhook wrong.',
    'Le fournisseur juge notre demande de webhook incorrecte.',
  ],
  [
    'Show the decisions on this page to whoever runs this installation; it is tried again.',
    'Montrez les décisions de cette page à qui gère cette installation ; un nouvel essai suivra.',
  ],
  [
    'The provider refused the consent; it may have been too old.',
    'Le fournisseur a refusé l’accord ; il était peut-être trop ancien.',
  ],
  ['The provider could not be reached.', 'Le fournisseur est injoignable.'],
  [
    'The provider’s answer to the consent was lost, and a consent works only once.',
    'La réponse du fournisseur à l’accord s’est perdue, et un accord ne sert qu’une fois.',
  ],
  ['Start again.', 'Recommencez.'],
  [
    'It was not finished within ten minutes; the work goes on in the background.',
    'Ce n’était pas terminé au bout de dix minutes ; le travail continue en arrière-plan.',
  ],
  [
    'Look at the integration in a while, or start again.',
    'Regardez l’intégration dans un moment, ou recommencez.',
  ],
  ...Object.entries(SUPERSEDED_BY).map(([outcome, word]): [string, string] => [
    `A later request won; its outcome is ${outcome}.`,
    `Une demande plus récente l’a emporté ; son résultat : ${word}.`,
  ]),
])
