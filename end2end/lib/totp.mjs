// What an authenticator app shows, by RFC 6238.
import { createHmac } from 'node:crypto'

/** The code of a secret (base32) at a time. */
export function totp(secret, at = Date.now()) {
  const bits = [...secret].map(c => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from(bits.match(/.{8}/g).map(byte => parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)))
  const mac = createHmac('sha1', key).update(counter).digest()
  const number = (mac.readUInt32BE(mac[19] & 15) & 0x7fffffff) % 1_000_000
  return String(number).padStart(6, '0')
}
