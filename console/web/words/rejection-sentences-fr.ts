/** What the server says of refused deliveries, word for word, and in French. */
export const REJECTION_SENTENCES_FR: readonly (readonly [string, string])[] = [
  [
    'Signed with a right key, but more than three minutes ago or ahead. Compare the clock of this machine; if it is right, somebody repeats old deliveries.',
    'Signée avec une bonne clé, mais avec plus de trois minutes d’écart. Vérifiez l’horloge de cette machine ; si elle est juste, quelqu’un répète d’anciennes livraisons.',
  ],
  [
    'There is no key to verify with. Reconnect the integration, so that it gets a new one.',
    'Il n’y a pas de clé pour vérifier. Reconnectez l’intégration, afin qu’elle en reçoive une nouvelle.',
  ],
  [
    'Signed with no key of this integration. A few are forgeries; if bookings are missing, reconnect to exchange the key.',
    'Signée avec une clé qui n’est pas celle de cette intégration. Quelques-unes sont des faux ; si des réservations manquent, reconnectez pour changer la clé.',
  ],
  [
    'No signature: not sent by the provider.',
    'Aucune signature : elle ne vient pas du fournisseur.',
  ],
  [
    'The signature has no form that the provider uses.',
    'La signature n’a aucune des formes que le fournisseur utilise.',
  ],
  [
    'The signature is longer than any honest one.',
    'La signature est plus longue que toute signature honnête.',
  ],
  [
    'The body is not plain JSON: not sent by the provider.',
    'Le contenu n’est pas du simple JSON : elle ne vient pas du fournisseur.',
  ],
  [
    'The body is larger than any delivery of the provider.',
    'Le contenu est plus grand que toute livraison du fournisseur.',
  ],
  ['More headers than any honest request has.', 'Plus d’en-têtes que toute requête honnête.'],
  ['The request contradicts itself.', 'La requête se contredit.'],
  ['Refused before it was looked at any closer.', 'Refusée avant d’être examinée de plus près.'],
]
