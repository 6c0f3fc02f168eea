/** A request to the API: `GET path`, `POST path form`. */
export type Request = readonly [method: string, path: string, form?: string]

const get = (path: string): Request => ['GET', `/api/v1/${path}`]
const post = (path: string, form: string): Request => ['POST', `/api/v1/${path}`, form]
const query = (expr: string, rest = 'time=1700000100'): Request => get(`query?query=${encodeURIComponent(expr)}&${rest}`)
const range = (expr: string, rest = 'start=1700000000&end=1700000300&step=60'): Request => get(`query_range?query=${encodeURIComponent(expr)}&${rest}`)
const times = [
  '1700000100', '1700000100.5', '1.7000001e9', '1_700_000_100', '0x655p20', '.5', '5.', '-1.5', '-0.0005', '1.0005', '1.23456', '1700000000.0009',
  '2023-11-14T22:15:00Z', '2023-11-14T22:15:00.123456Z', '2023-11-14T23:15:00%2b01:00', '2023-11-14T17:15:00-05:00', '2023-11-14T22:15:00,5Z',
  '2023-11-14t22:15:00z', '2023-02-30T22:15:00Z', '2023-11-14', '2023-11-14T22:15:60Z', '2023-11-14T24:00:00Z', '2023-11-14T22:15:00.Z',
  '2023-11-14T22:15:00%2b25:00', '2023-11-14T2:15:00Z', '%201', '1e', '0x10', 'x', 'now', '%22%0a'
]
const durations = [
  '60', '1m', '1m30s', '1.5', '1h', '1d', '0x10p2', '1_0', '1.5m', '', '0', '0s', '-1', '-5m', '5M', '1m1h', 'NaN', 'Inf', '1e300', '300y',
  '99999999999y', '1s500ms', 'PT1m'
]

/** What clients ask, rightly and wrongly: answered by Prometheus and by us alike. */
export const requests: readonly Request[] = [
  // Values of every type and form.
  query('1+1'), query('"a string"'), query('fills_total'), query('temp'), query('temp[2m]'), query('temp', 'time=1700000100.5'),
  ...[0, 15, 30, 45, 60, 75, 90, 105].map(s => query('temp', `time=${1700000000 + s}`)),
  query('{__name__=~".+"}'), query('nothing'), query('gone'), query('gone', 'time=1700000400'), query('{"venue.latency"}'),
  query('sum by (side) (rate(fills_total[1m]))'), query('histogram_quantile(0.9, rate(lat_bucket[2m]))'), query('topk(1, fills_total)'),
  query('fills_total offset 1m'), query('fills_total @ 1700000030'), query('max_over_time(temp[5m:30s])'), query('vector(1e-7)'),
  query('1e21'), query('-0'), query('label_replace(temp, "a b", "x", "", "")'), query('absent(nothing{a="b"})'), query('time()'), query('fills_total > 15'),
  ...times.map(time => query('time()', `time=${time}`)),
  query('rate(temp[1m])'), query('quantile(2, fills_total)'), query('rate(temp[1m]) + quantile(2, temp)'),
  query('temp', 'time=1700000100&timeout=5s'), query('fills_total', 'time=1700000450&lookback_delta=1ms'),
  query('fills_total', 'time=1700000457&lookback_delta=5'), query('fills_total', 'time=1700000457&lookback_delta=10s'),
  query('fills_total', 'time=1700000100&lookback_delta=0'), query('fills_total', 'time=1700000100&lookback_delta=-5'),
  ...['1', '2', '3', '0', '%2b1', '01', '-0'].map(limit => query('fills_total', `time=1700000100&limit=${limit}`)),
  query('temp[1m]', 'time=1700000100&limit=1'), query('1', 'time=1700000100&limit=1'),
  range('temp'), range('fills_total'), range('1'), range('time()'), range('rate(fills_total[1m])'), range('gone', 'start=1700000000&end=1700000600&step=30'),
  range('nothing'), range('{job="desk"}', 'start=1700000000&end=1700000060&step=15&limit=2'), range('fills_total', 'start=2023-11-14T22:13:20Z&end=2023-11-14T22:15:20.5Z&step=1m'),
  range('sum(fills_total)', 'start=1700000000.25&end=1700000030.75&step=0.75'), range('temp @ end()'),
  ...durations.map(step => range('time()', `start=1700000000&end=1700000120&step=${step}`)),
  // Errors of each kind and order.
  get('query'), get('query?query='), query(''), query('temp{'), query('sum('), query('foo bar'), query('rate(temp)'), query('temp{a=~"("}'), query('1 +'), query('\n\nfoo('),
  query('unknown(1)'), query('{}'), query('temp', 'time=x'), query('temp', 'time=1&timeout=x'), query('temp', 'time=1&lookback_delta=x'),
  query('temp', 'time=1&lookback_delta=99999999999999999'), query('temp', 'timeout=%22'),
  ...['x', '-1', '1.0', '1_0', '99999999999999999999', ' 1'].map(limit => query('temp', `time=1&limit=${limit}`)),
  query('(', 'limit=x&time=x&timeout=x&lookback_delta=x'), query('(', 'time=x&timeout=x&lookback_delta=x'), query('(', 'timeout=x&lookback_delta=x'),
  query('(', 'lookback_delta=x'),
  query('lat_sum * on(job) fills_total{side="buy"}'), query('fills_total * on(job) lat_sum'), query('fills_total{side="buy"} * on(job) group_left fills_total + on(job) temp'),
  query('label_replace(temp, "a", "x", "b", "(")'), query('count_values("", temp)'), query('label_join(temp, "", "x")'),
  get('query_range?query=1'), range('1', ''), range('1', 'start=1&end=2'), range('1', 'start=1&step=1'), range('1', 'start=&end=0&step=1'), range('1', 'start=1&end=0&step=1'),
  range('1', 'start=x&end=2&step=1'), range('1', 'start=1&end=x&step=1'), range('1', 'start=0&end=11001&step=1'), range('1', 'start=0&end=11001&step=0.5'),
  range('temp[5m]'), range('"x"'), range('('), range('temp', 'start=1&end=2&step=1&timeout=x'),
  range('(', 'limit=x&start=x&end=x&step=x&timeout=x'), range('(', 'start=x&end=x&step=x'), range('(', 'start=1&end=0&step=x'),
  range('(', 'start=1&end=100000&step=1&timeout=x'), range('(', 'start=1&end=100&step=1&timeout=x&lookback_delta=x'),
  range('(', 'start=1&end=100&step=1&lookback_delta=x'), range('fills_total * on(job) lat_sum'),
  // Forms.
  post('query', 'query=1%2b1&time=5'), post('query?query=1&time=5', 'query=2'), post('query', ''), post('query', 'query=%zz&time=1'), post('query', 'query=1;2&time=1'),
  post('query_range', 'query=fills_total&start=1700000000&end=1700000060&step=15'), get('query?query=1%2B1&x=%zz&time=5'), get('query?query=1%zz&time=5'),
  get('query?time=5&query=1&query=2'), get('query?query=1&time=5&a=b?c'),
  // Which series there are.
  get('series?match[]=fills_total'), get('series?match[]=temp&match[]=fills_total'), get('series?match[]={__name__=~".%2b"}&match[]=nothing'), get('series?match[]=fills_total&limit=1'), get('series?match[]=fills_total&limit=2'),
  get('series?match[]=fills_total{side="buy"}&match[]=fills_total'), get('series?match[]=nothing'), get('series?match[]={"venue.latency"}'), get('series?match[]=temp&start=5&end=1'),
  post('series', 'match[]=temp'), post('series?match[]=temp', 'match[]=fills_total'),
  get('series'), get('series?limit=x'), get('series?match[]=temp&limit=x'), get('series?match[]=temp&limit=-2'), get('series?match[]={}'), get('series?match[]={x=~".*"}'),
  ...['temp{', '1', 'sum(x)', 'x[5m]', 'x offset 5m', 'x%2by', 'x@5', 'x y', '"x"', '(x)', '', 'x{a=~"("}', 'x}', '-x'].map(text => get(`series?match[]=${text.replaceAll(' ', '%20')}`)),
  get('series?match[]=temp&start=x'), get('series?match[]=temp&end=x'), get('series?limit=x&start=x&match[]=('), get('series?match[]=temp&x=%zz'), get('series?match[]=temp&x;y=1'),
  get('labels'), get('labels?match[]=temp'), get('labels?match[]=temp&match[]=fills_total'), get('labels?match[]=temp&limit=2'), get('labels?match[]=nothing'),
  get('labels?start=1700000000&end=1700000600'), post('labels', 'match[]=temp'), get('labels?match[]={'), get('labels?match[]={}'), get('labels?start=x'), get('labels?end=x'),
  get('labels?limit=x'), get('labels?limit=x&start=x&match[]=('),
  get('label/job/values'), get('label/nothing/values'), get('label/__name__/values'), get('label/__name__/values?limit=1'), get('label/__name__/values?match[]={job="desk"}'),
  get('label/job/values?match[]=gone&match[]=temp'), get('label/http.status/values'), get('label/U__http_2e_status/values'), get('label/U__job/values'),
  get('label/U__a__b/values'), get('label/U__a_zz_/values'), get('label/U__a_2e/values'), get('label/a%20b/values'), get('label/U__/values'), get('label/U__/values?limit=x'),
  get('label/a/values?limit=x&start=x&match[]=('), get('label/a/values?start=x&match[]=('), get('label/a/values?match[]={}'), get('label/place/values'),
  // The rest.
  get('metadata?limit=x'), get('metadata?limit_per_metric=x'), get('metadata?limit=1_0'), get('metadata?metric=none'),
  get('targets/metadata?limit=x'), get('targets/metadata?limit=0'), get('targets/metadata?metric=none'), get('targets/metadata?match_target={job='),
  get('targets/metadata?limit=x&match_target={job='), get('targets/metadata?match_target={job="none"}'), post('targets/metadata', ''),
  ...['0', '-1', 'x', '1.5'].map(limit => get(`status/tsdb?limit=${limit}`)), post('status/tsdb', ''),
  get('query_exemplars'), get('query_exemplars?query=temp'), get('query_exemplars?query=1'), get('query_exemplars?query=temp{'), get('query_exemplars?query=temp&start=5&end=1'),
  get('query_exemplars?query=temp&start=x'), post('query_exemplars', 'query=rate(temp[5m])'),
  get('format_query'), get('format_query?query=sum('), post('format_query', 'query=1%2b1'),
  ...['sum(a)by(b)', 'rate(fills_total[5m] offset 1m)', 'a%2bon(x)group_left(y)b', '-a{b=~"c.*",d!="e"}', 'topk(3,a)', 'a[1h:5m]@end()', '"x"', '(1%2b2)*3', 'quantile(0.9,a)unless b']
    .flatMap(expr => [get(`format_query?query=${expr}`), get(`parse_query?query=${expr}`)]),
  get('parse_query'), get('parse_query?query=sum('),
  get('rules'), get('rules?type=alert'), get('rules?type=ALERT&exclude_alerts=T&match[]={a="b"}&group_limit=5'), get('rules?type=x'), get('rules?exclude_alerts=x'),
  get('rules?group_limit=x'), get('rules?group_limit=-1'), get('rules?group_limit=0'), get('rules?group_next_token=x'), get('rules?group_limit=1&group_next_token=x'),
  get('rules?match[]={'), get('rules?match[]={}'), get('rules?type=x&exclude_alerts=x&match[]=(&group_limit=x'), get('rules?type=x&exclude_alerts=x'), get('rules?exclude_alerts=x&group_limit=x'),
  get('alerts'), ['GET', '/-/healthy'], ['GET', '/-/ready'], ['HEAD', '/-/ready'],
  // Methods.
  ...['PUT', 'PATCH', 'DELETE', 'HEAD'].map(method => [method, '/api/v1/query?query=1'] as const),
  post('rules', ''), post('label/job/values', ''), post('metadata', ''), ['POST', '/-/ready', 'x']
]
