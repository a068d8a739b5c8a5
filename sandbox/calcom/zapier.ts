import { isRecord } from '../json.ts'

/** The flat body a Zapier subscriber gets, without the envelope. */
export function zapierBody(
  payload: Record<string, unknown>,
  createdAt: string,
): Record<string, unknown> {
  const organizer = isRecord(payload['organizer']) ? payload['organizer'] : {}
  const attendees = Array.isArray(payload['attendees']) ? payload['attendees'].filter(isRecord) : []
  return {
    title: payload['title'],
    description: payload['description'],
    customInputs: payload['customInputs'],
    responses: payload['responses'],
    userFieldsResponses: payload['userFieldsResponses'],
    startTime: payload['startTime'],
    endTime: payload['endTime'],
    location: payload['location'],
    status: payload['status'],
    cancellationReason: payload['cancellationReason'],
    user: {
      username: organizer['username'],
      usernameInOrg: organizer['usernameInOrg'],
      name: organizer['name'],
      email: organizer['email'],
      timezone: organizer['timeZone'],
      utcOffset: organizer['utcOffset'],
    },
    eventType: {
      title: payload['eventTitle'],
      description: payload['eventDescription'],
      requiresConfirmation: payload['requiresConfirmation'],
      price: payload['price'],
      currency: payload['currency'],
      length: payload['length'],
    },
    attendees: attendees.map(({ name, email, timeZone, utcOffset }) => ({
      name,
      email,
      timezone: timeZone,
      utcOffset,
    })),
    createdAt,
  }
}
