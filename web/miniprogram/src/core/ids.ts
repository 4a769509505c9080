/** A new `client_message_id`: unique among what one citizen sends, which is all that is asked of it. */
export function newId(): string {
  const random = () => Math.random().toString(36).slice(2, 12).padEnd(10, '0')
  return `mp${Date.now().toString(36)}${random()}${random()}`
}
