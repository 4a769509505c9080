/** A new `client_message_id`; `crypto.randomUUID` exists only on secure origins, so a fallback is needed on plain http. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('')
}
