// A mail server that keeps what it receives, and reads it as a person would: the link and the code.
import { once } from 'node:events'
import { SMTPServer } from 'smtp-server'

const PATIENCE = 15_000

export class Mailbox {
  static async start() {
    const box = new Mailbox()
    box.mails = []
    box.server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      logger: false,
      onData(stream, session, done) {
        const chunks = []
        stream.on('data', chunk => chunks.push(chunk))
        stream.on('end', () => {
          const mail = read(Buffer.concat(chunks).toString('latin1'))
          for (const { address } of session.envelope.rcptTo) box.mails.push({ ...mail, to: address.toLowerCase() })
          done()
        })
      },
    })
    box.server.listen(0, '127.0.0.1')
    await once(box.server.server, 'listening')
    box.port = box.server.server.address().port
    return box
  }

  /** Takes the oldest mail to an address that nobody took yet; waits until there is one. */
  async next(to) {
    for (const until = Date.now() + PATIENCE; Date.now() < until; ) {
      const found = this.mails.findIndex(mail => mail.to === to.toLowerCase())
      if (found >= 0) return this.mails.splice(found, 1)[0]
      await new Promise(resolve => setTimeout(resolve, 20))
    }
    throw new Error(`no mail to ${to} within ${PATIENCE / 1000} s`)
  }

  /** Whether a mail to an address waits. */
  has(to) {
    return this.mails.some(mail => mail.to === to.toLowerCase())
  }

  stop() {
    return new Promise(resolve => this.server.close(resolve))
  }
}

/** Subject, text, link and code of a mail (RFC 5322, RFC 2045). */
function read(raw) {
  const { headers, parts } = entity(raw)
  const text = parts.find(part => part.type === 'text/plain')?.body ?? ''
  return {
    subject: words(headers.subject ?? ''),
    from: headers.from,
    text,
    html: parts.find(part => part.type === 'text/html')?.body ?? '',
    link: /https?:\/\/\S+\/auth\/v1\/verify\?\S+/.exec(text)?.[0],
    code: /^\s*(\d{6,10})\s*$/m.exec(text)?.[1],
  }
}

function entity(raw) {
  const [, head, body] = /^([\s\S]*?)\r?\n\r?\n([\s\S]*)$/.exec(raw) ?? [undefined, raw, '']
  const lines = head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)
  const headers = Object.fromEntries(lines.map(line => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]))
  const type = headers['content-type'] ?? 'text/plain'
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1]
  if (boundary) {
    const inner = body.split(`--${boundary}`).slice(1, -1)
    return { headers, parts: inner.flatMap(part => entity(part.replace(/^\r?\n/, '').replace(/\r?\n$/, '')).parts) }
  }
  const decoded = decode(body, (headers['content-transfer-encoding'] ?? '7bit').toLowerCase())
  return { headers, parts: [{ type: type.split(';')[0].trim().toLowerCase(), body: decoded.toString('utf8') }] }
}

function decode(body, encoding) {
  if (encoding === 'base64') return Buffer.from(body, 'base64')
  if (encoding !== 'quoted-printable') return Buffer.from(body, 'latin1')
  const joined = body.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)))
  return Buffer.from(joined, 'latin1')
}

/** Encoded words of a header (RFC 2047). */
const words = text =>
  text.replace(/=\?utf-8\?([bq])\?([^?]*)\?=\s*/gi, (_, how, word) =>
    (how.toLowerCase() === 'b' ? Buffer.from(word, 'base64') : decode(word.replace(/_/g, ' '), 'quoted-printable')).toString('utf8'))
