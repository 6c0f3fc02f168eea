import { goQuote } from '../promql/go-text.js'
import type { Answer } from './answer.js'
import { badParameter } from './api-error.js'
import type { Form } from './form.js'
import { matcherSets } from './lookups.js'
import { integerOf } from './parameters.js'

/** Answers `rules`: no groups, for the requests that Prometheus would answer, and its errors for the others. */
export function rules (form: Form): Answer {
  matcherSets(form)
  const type = form.get('type').toLowerCase()
  if (type !== '' && type !== 'alert' && type !== 'record') throw badParameter('type', `not supported value ${goQuote(type)}`)
  const excludes = form.get('exclude_alerts')
  if (excludes !== '' && !/^(?:1|0|t|f|true|false|T|F|TRUE|FALSE|True|False)$/.test(excludes)) {
    throw badParameter('exclude_alerts', `error converting exclude_alerts: strconv.ParseBool: parsing ${goQuote(excludes)}: invalid syntax`)
  }
  checkPage(form.get('group_limit'), form.get('group_next_token'))
  return { data: { groups: [] } }
}

function checkPage (limit: string, token: string): void {
  if (limit === '') {
    if (token !== '') throw badParameter('group_next_token', 'group_limit needs to be present in order to paginate over the groups')
    return
  }
  const groups = integerOf(limit)
  if (typeof groups === 'string') {
    throw badParameter('group_limit', `group_limit needs to be a valid number: strconv.ParseInt: parsing ${goQuote(limit)}: ${groups}`)
  }
  if (groups <= 0) throw badParameter('group_limit', 'group_limit needs to be greater than 0')
  if (token !== '') throw badParameter('group_next_token', `invalid group_next_token '${token}'. were rule groups changed?`)
}
