/** What the server says about sessions and credits, word for word, and what it is in French. */
export const SESSION_SENTENCES_FR: readonly (readonly [string, string])[] = [
  ['User not found', 'Client inconnu'],
  ['No active package', 'Aucun forfait actif'],
  ['This package has expired. Nothing was booked.', 'Ce forfait a expiré. Rien n’a été réservé.'],
  [
    'This session was booked at the provider: cancel it there.',
    'Cette séance a été réservée chez le fournisseur : annulez-la là-bas.',
  ],
  ['This session has already begun.', 'Cette séance a déjà commencé.'],
  [
    'These sessions are kept here only: nothing is booked in a calendar or at a provider.',
    'Ces séances ne sont tenues qu’ici : rien n’est réservé dans un agenda ni chez un fournisseur.',
  ],
  [
    'The clocks skip this time on that day: it begins as much later as they skip.',
    'Ce jour-là, les horloges sautent cette heure : la séance commence d’autant plus tard.',
  ],
  [
    'The clocks show this time twice on that day: it is the first of the two.',
    'Ce jour-là, les horloges passent deux fois par cette heure : c’est la première des deux.',
  ],
  [
    'This month has no such day: it is on its last day.',
    'Ce mois n’a pas ce jour : c’est son dernier jour.',
  ],
  [
    'This month has no fifth such weekday: it is on its last one.',
    'Ce mois n’a pas de cinquième jour de ce nom : c’est le dernier.',
  ],
  [
    'The client has another session at this time.',
    'Le client a déjà une autre séance à cette heure.',
  ],
  ['The host has another session at this time.', 'L’hôte a déjà une autre séance à cette heure.'],
  ['There is a client with this e-mail already.', 'Un client a déjà cette adresse e-mail.'],
  [
    'timezone is not one we know: name it as Europe/Paris.',
    'Ce fuseau horaire est inconnu : écrivez-le comme Europe/Paris.',
  ],
]
