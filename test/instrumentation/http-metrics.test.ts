import t from 'tap'
import { HttpMetrics } from '../../src/instrumentation/http-metrics.js'
import { MetricRegistry } from '../../src/metrics/registry.js'
import { samples } from './samples.js'

await t.test('counts and times an answered request by method, endpoint and status', async t => {
  const registry = new MetricRegistry()
  const route = new HttpMetrics(registry).route('POST', '/orders/:id')
  route.begin()
  t.same(samples(registry, 'http_requests_in_progress'), { 'http_requests_in_progress{method="POST",endpoint="/orders/:id"}': 1 })
  route.answered(201, 0.25)
  route.end('12', 34)
  t.same(samples(registry, 'http_requests_in_progress'), { 'http_requests_in_progress{method="POST",endpoint="/orders/:id"}': 0 })
  t.same(samples(registry, 'http_requests_total'), { 'http_requests_total{method="POST",endpoint="/orders/:id",status="201"}': 1 })
  t.same(samples(registry, 'http_request_duration_seconds'), {
    'http_request_duration_seconds_sum{method="POST",endpoint="/orders/:id",status="201"}': 0.25,
    'http_request_duration_seconds_count{method="POST",endpoint="/orders/:id",status="201"}': 1
  })
  t.match(samples(registry, 'http_request_size_bytes'), { 'http_request_size_bytes_sum{method="POST",endpoint="/orders/:id"}': 12 })
  t.match(samples(registry, 'http_response_size_bytes'), { 'http_response_size_bytes_sum{method="POST",endpoint="/orders/:id"}': 34 })
})

await t.test('an aborted request is no answer', async t => {
  const registry = new MetricRegistry()
  const route = new HttpMetrics(registry).route('GET', '/')
  route.begin()
  route.abort()
  t.same(samples(registry, 'http_requests_aborted_total'), { 'http_requests_aborted_total{method="GET",endpoint="/"}': 1 })
  t.same(samples(registry, 'http_requests_in_progress'), { 'http_requests_in_progress{method="GET",endpoint="/"}': 0 })
  t.same(samples(registry, 'http_requests_total'), {})
})

await t.test('sizes that nobody stated, and the one that HEAD states and does not send, are not observed', async t => {
  const registry = new MetricRegistry()
  const metrics = new HttpMetrics(registry)
  metrics.route('GET', '/').end(undefined, undefined)
  metrics.route('HEAD', '/').end(undefined, '100')
  t.match(samples(registry, 'http_response_size_bytes'), {
    'http_response_size_bytes_count{method="GET",endpoint="/"}': 0,
    'http_response_size_bytes_count{method="HEAD",endpoint="/"}': 0
  })
  t.match(samples(registry, 'http_request_size_bytes'), { 'http_request_size_bytes_count{method="GET",endpoint="/"}': 0 })
})

await t.test('what clients make up does not become a label', async t => {
  const registry = new MetricRegistry()
  const metrics = new HttpMetrics(registry)
  for (const method of ['GET', 'PROPFIND', 'BREW']) metrics.route(method, undefined).answered(404, 0.001)
  metrics.route('PROPFIND', '/dav').answered(207, 0.001)
  t.same(samples(registry, 'http_requests_total'), {
    'http_requests_total{method="GET",endpoint="not_found",status="404"}': 1,
    'http_requests_total{method="other",endpoint="not_found",status="404"}': 2,
    'http_requests_total{method="PROPFIND",endpoint="/dav",status="207"}': 1
  })
})

await t.test('two servers on one registry share the series of one route', async t => {
  const registry = new MetricRegistry()
  for (const metrics of [new HttpMetrics(registry), new HttpMetrics(registry)]) metrics.route('GET', '').answered(200, 1)
  t.same(samples(registry, 'http_requests_total'), { 'http_requests_total{method="GET",endpoint="/",status="200"}': 2 })
})

await t.test('takes bounds of the host\'s own', async t => {
  const registry = new MetricRegistry()
  new HttpMetrics(registry, { buckets: [1, 2] }).route('GET', '/').answered(200, 1.5)
  const metric = registry.promRegistry.getSingleMetric('http_request_duration_seconds') as unknown as {
    get (): { values: Array<{ labels: { le?: number | string }, value: number }> }
  }
  t.same(metric.get().values.filter(({ labels }) => labels.le !== undefined).map(({ labels, value }) => [labels.le, value]), [[1, 0], [2, 1], ['+Inf', 1]])
})
