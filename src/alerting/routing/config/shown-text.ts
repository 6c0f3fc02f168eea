import { isAlias, isScalar, parseAllDocuments, visit, type Document, type Node } from 'yaml'

/** Keys whose values are shown to nobody. */
const secretKeys = /^(?:.*(?:password|secret|token|token_id|api_key|service_key|routing_key|user_key|credentials|access_key|webhook_url|slack_api_url)|(?:api_|proxy_)?url|key|claims|client_certificate_key)$/
/** Keys below which every value may be a secret, whatever its name. */
const secretMaps: readonly unknown[] = ['http_headers', 'proxy_connect_header']

const SECRET = '<secret>'

/**
 * A routing file with `<secret>` in the place of secrets and of addresses that may hold some, and `xxxxx` in that of what stands before the
 * `@` of any other address; without its comments, in which anything may stand. As Alertmanager, it reads the first document only.
 */
export function hideSecrets (text: string): string {
  const [document] = parseAllDocuments(text, { version: '1.1', merge: true }) as Document.Parsed[]
  if (document === undefined) return ''
  dropComments(document)
  visit(document, {
    Node (_, node) { dropComments(node) },
    Pair (_, { key, value }) {
      const name = isScalar(key) ? key.value : undefined
      const held = isAlias(value) ? value.resolve(document) : value
      if (secretMaps.includes(name)) visit(held as Node, { Scalar (key, node) { if (key !== 'key') node.value = SECRET } })
      else if (isScalar(held) && held.value !== null && secretKeys.test(String(name))) held.value = SECRET
    }
  })
  visit(document, {
    Scalar (_, node) { if (typeof node.value === 'string') node.value = node.value.replace(/([a-z][a-z\d+.-]*:\/\/)[^\s/]*@/gi, '$1xxxxx@') }
  })
  return document.toString()
}

function dropComments (node: { comment?: string | null | undefined, commentBefore?: string | null | undefined }): void {
  node.comment = undefined
  node.commentBefore = undefined
}
