import { isPair, isScalar, parseDocument, visit } from 'yaml'

/** Keys whose values are shown to nobody. */
const secretKeys = /^(?:.*(?:password|secret|token|token_id|api_key|service_key|routing_key|user_key|credentials|access_key|webhook_url|slack_api_url)|api_url|url|key|claims|client_certificate_key)$/

/** A routing file with `<secret>` in the place of secrets, and of addresses, which may hold some. */
export function hideSecrets (text: string): string {
  const document = parseDocument(text, { version: '1.1', merge: true })
  visit(document, {
    Pair (_, pair) {
      if (!isPair(pair) || !isScalar(pair.key) || !isScalar(pair.value)) return
      if (secretKeys.test(String(pair.key.value)) && pair.value.value !== null) pair.value.value = '<secret>'
    }
  })
  // Values of headers may be secrets too, whatever their names.
  visit(document, {
    Pair (_, pair) {
      if (!isPair(pair) || !isScalar(pair.key) || !['http_headers', 'proxy_connect_header'].includes(String(pair.key.value))) return
      visit(pair.value as never, { Scalar (key, node) { if (key !== 'key') node.value = '<secret>' } })
    }
  })
  return document.toString()
}
