// Answers are locked before they are kept: a key of their own for each, which only the server's private key gives back.
const bytes = (text) => new TextEncoder().encode(text)

const base64url = (buffer) => btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(''))
  .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')

// `key` is what the server gave for the event ({id, public_jwk}); `plain` has the id of the form, which is bound to it.
export const seal = async (key, plain) => {
  const { kty, n, e } = key.public_jwk
  const server = await crypto.subtle.importKey(
    'jwk', { kty, n, e }, { name: 'RSA-OAEP', hash: 'SHA-256' }, false, ['encrypt'])
  const own = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, ['encrypt'])
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const how = { name: 'AES-GCM', iv, additionalData: bytes(plain.id) }
  const sealed = await crypto.subtle.encrypt(how, own, bytes(JSON.stringify(plain)))
  const wrapped = await crypto.subtle.encrypt({ name: 'RSA-OAEP' }, server, await crypto.subtle.exportKey('raw', own))
  const parts = { wrapped: base64url(wrapped), iv: base64url(iv), sealed: base64url(sealed) }
  return { id: plain.id, key: key.id, ...parts }
}
