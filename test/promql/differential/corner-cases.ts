/**
 * Queries that the generator does not make, over the data set of data.ts: corners of the syntax, of each function, and of the
 * messages. Some are errors, and the text of the error is what is compared.
 */
export const cornerCases: readonly string[] = String.raw`
# White space, comments and case
sum(limit)#comment
sum ( limit ) # by (job)
SUM(limit)
Sum BY (job) (limit)
sum by(job)(limit)
sum(limit)by(job)
limit AND limit
limit Or limit
limit UNLESS on() limit
limit OFFSET 5m
limit == BOOL 10
limit * ON(job) GROUP_LEFT() errors_total
errors_total * ON(job) GROUP_LEFT() limit
ATAN2
limit ATAN2 limit
limit @ START()
limit @ End()
Rate(requests_total[5m])
RATE(requests_total[5m])

# Names
{"order.fills"}
{"order.fills", job="api"}
{"order.fills", "trade side"="buy"}
{'order.fills', 'trade side'=~'b.*'}
{"order.fills"}[5m]
rate({"order.fills"}[5m])
sum by ("trade side") ({"order.fills"})
sum by ("trade side", job) (rate({"order.fills", "trade side"!=""}[10m]))
sum without ("trade side") ({"order.fills"})
{"order.fills"} * on ("trade side") {"order.fills"}
{"order.fills"} * ignoring ("trade side") limit
limit * on (job) group_right ("trade side") {"order.fills"}
{"order.fills"} + on (job) group_left ("a b") limit
{job="api", "order.fills"}
{"order.fills", "limit"}
{"order.fills", __name__="limit"}
{"limit"}
{"limit", "job"="api"}
limit{"limit"}
limit{"job"="api"}
limit{__name__="limit"}
limit{__name__=~"lim.*"}
{__name__="limit"}
{__name__=~"limit|errors_total"}
{__name__=~".+", job="api", instance="0"}
{__name__!="", job="api", instance="0"}
{__name__!~"x", kind="seven"}
{""}
{"" = "x"}
{__name__=""}
{job=""}
{job=~".*"}
{job=~".+"}
{job!="x"}
{job!="", instance!~".+"}
{}
limit{}
limit{,}
limit{job="api",}
limit{,job="api"}
limit{job="api",,}
limit{job="api" instance="0"}
limit{job}
limit{job=}
limit{job=api}
limit{job==“api”}
limit{job=="api"}
limit{"job"}
limit{job="api", job="web"}
limit{job=~"api", job=~"a.*"}
sum
by
on
bool
bool + 1
offset
offset offset 5m
start
end
start()
end()
inf
Inf
nan
Infinity
limit{on="x"}
limit{sum="x"}
limit{bool="x"}
limit{inf="x"}
limit{offset="x"}
limit{by=""}
sum by (by) (limit)
sum by (on, sum, inf, nan, offset, bool, start, end) (limit)
sum by (limit, and, or, unless, ignoring, group_left) (limit)
sum by (1) (limit)
sum by ("") (limit)
sum by ("job") (limit)
sum by (job,) (limit)
sum by (,) (limit)
sum by () (limit)
sum without () (limit)
sum by (job, job) (requests_total)
sum by (__name__) ({__name__=~"limit.*"})
sum without (__name__) ({__name__=~"limit.*"})
sum by (nosuch) (limit)
a:b:c
:a
a:
a.b
a-b
limit{a:b="x"}
limit{a.b="x"}
limit{1a="x"}
limit{é="x"}
é
{é="x"}

# Strings
"a"
'a'
"a\nb"
"a\x41\u00e9\U0001F600\101"
"\xff"
"\q"
"\400"
"\u12"
"\ud800"
"\U00110000"
"a
'it''s'
"it's"
'say "x"'
limit{job="a\x70i"}
limit{job='api'}
("a")
"a" + "b"
"a" == "a"
-"a"

# Numbers
0x1F
0xfF
0X1f
0x
0xg
017
08
0b101
0o17
1_000
1__000
_1
1_
0x_1f
1e3
1E+3
1e-3
1e
1e+
.5
5.
.
..5
1.2.3
1e1000
-1e1000
1e-1000
123456789012345678901234567890
9007199254740993
0.1
1e20
1e21
1e-6
1e-7
0.0000001
+Inf
-Inf
+inf
-inf
NaN
-NaN
+NaN
+1
--1
-+-1
- - 1
1 - -1
1--1
-0
0 * -1
-0 + 0
1 / 0
-1 / 0
0 / 0
5 % 3
-5 % 3
5 % -3
5.5 % 2
5 % 0
Inf % 2
5 % Inf
2 ^ 3 ^ 2
-2 ^ 2
2 ^ -1
(-8) ^ (1/3)
0 ^ 0
NaN ^ 0
1 ^ NaN
Inf ^ 0
1 + 2 * 3 - 4 / 2
1 - 2 - 3
2 / 2 / 2
1 == bool 1
1 != bool 1
1 == 1
1 > 2
NaN == bool NaN
NaN != bool NaN
1 and 1
1 or limit
limit and 1
vector(1) and vector(2)
1 atan2 0
-1 atan2 0
0 atan2 -1
5m
1h30m
1h30m15s500ms
1m1h
5m5m
1y1w1d
-5m
1.5m
5 m
m5
0s
1d * 2
5m + limit
time() - 5m
limit > 5m

# Durations, offsets and @
limit[5m]
limit[300]
limit[5m30s]
limit[1.5]
limit[0]
limit[-5m]
limit[0s]
limit[]
limit[5]
limit[5m
limit[5m]]
limit[5m] offset 1m
limit offset 1m[5m]
limit[5m] offset -1m
limit offset 60
limit offset -60
limit offset 1.5
limit offset 1m offset 1m
limit offset
limit offset x
limit offset (1m)
limit offset +1m
limit offset --1m
limit offset 0s
limit offset 100y
limit offset -100y
limit @ 1709251200
limit @ 1709251200.5
limit @ 1.7092512e9
limit @ -1
limit @ +1709251200
limit @ 0x65e11480
limit @ start()
limit @ end()
limit @ start
limit @ now()
limit @ Inf
limit @ NaN
limit @ 1e30
limit @ 5m
limit @ (1709251200)
limit @ 1709251200 @ 1709251200
limit @ 1709251200 offset 5m
limit offset 5m @ 1709251200
limit @ end() offset -5m
rate(requests_total[5m] @ end())
rate(requests_total[5m] @ start() offset 1m)
rate(requests_total @ 1709251200 [5m])
sum_over_time(limit[10m:1m] @ 1709251200)
sum_over_time(limit[10m:1m] offset 5m @ 1709251200)
sum_over_time((limit @ 1709251200)[10m:1m])
sum_over_time(limit[10m:1m] @ start() )
sum_over_time(limit[10m:])
sum_over_time(limit[10m:0s])
sum_over_time(limit[10m:-1m])
sum_over_time(limit[10m:30])
sum_over_time(limit[10m:1.5])
sum_over_time(limit[10m:7s])
sum_over_time(limit[10m:1h])
sum_over_time(limit[10m:1m][20m:5m])
max_over_time(rate(requests_total[2m])[10m:1m])
max_over_time(rate(requests_total[2m] @ end())[10m:1m])
max_over_time(sum_over_time(limit[5m:1m])[10m:2m] offset 3m)
limit[10m:1m]
(limit)[10m:1m]
1[10m:1m]
time()[10m:1m]
avg_over_time(time()[10m:1m])
avg_over_time(1[10m:1m])
avg_over_time(vector(time())[10m:1m] offset -10m)
sum(limit)[10m:1m]
sum(limit)[10m]
limit[5m][5m]
limit[5m] + 1
-limit[5m]
-limit
-(limit)
+limit
- - limit
-sum(limit)
-limit ^ 2
2 ^ limit
-(limit @ 1709251200)
timestamp(limit)
timestamp(limit offset 5m)
timestamp(limit @ 1709251200)
timestamp(limit @ 1709251200 offset 5m)
timestamp((limit))
timestamp(-limit)
timestamp(timestamp(limit))
timestamp(vector(1))
timestamp(1)
timestamp(sum(limit))

# Binary operators
limit + limit
limit + on() limit
limit + ignoring() limit
limit + on(job) limit
limit + on(job, nosuch) limit
limit + ignoring(nosuch) limit
limit and on() vector(1)
limit and on() vector(0)
limit unless on() nosuch
limit unless on() vector(1)
vector(1) or limit
limit or vector(1)
limit or on() vector(1)
nosuch or on() vector(1)
limit or ignoring(job) vector(1)
limit and limit or limit
limit or limit and nosuch
limit unless limit or limit
limit == limit
limit == bool limit
limit != limit
limit > bool 10
10 > bool limit
10 < limit
10 == limit
limit > 10 > 5
limit > bool 10 > 0
sum(limit) > bool on() sum(limit)
limit and bool limit
limit or bool limit
limit + bool limit
1 + bool 1
limit bool limit
sum(limit) bool 1
requests_total / on(job) group_left limit
requests_total / on(job) group_right limit
limit / on(job) group_right requests_total
limit / on(job) group_left requests_total
limit / on(job) requests_total
requests_total / on(job) limit
requests_total * on(job, instance) group_left(version) build_info
requests_total * on(job, instance) group_left(version, arch, nosuch) build_info
requests_total * on(job, instance) group_left(job) build_info
requests_total * on(job, instance) group_left(code) build_info
requests_total * ignoring(code, method) group_left errors_total
requests_total * ignoring(code, method) group_left(code) errors_total
requests_total > on(job, instance) group_left errors_total
requests_total > bool on(job, instance) group_left errors_total
requests_total and on(job) group_left limit
requests_total or group_left limit
requests_total * group_left limit
requests_total * on(job) group_left group_right limit
requests_total * on(job) group_left(version,) limit
requests_total * on(job,) group_left limit
requests_total * on job group_left limit
twin_a + twin_b
twin_a == twin_b
twin_a > bool twin_b
{__name__=~"twin_.", side="buy"} + on(side) twin_a
twin_a + on(side) {__name__=~"twin_."}
{__name__=~"twin_."} + on(side) group_left twin_a
{__name__=~"twin_."} + on(side) group_left(__name__) twin_a
{__name__=~"twin_."} * 2
-{__name__=~"twin_."}
abs({__name__=~"twin_."})
rate({__name__=~"twin_."}[5m])
sum({__name__=~"twin_."}) by (side)
{__name__=~"twin_."} > 5
{__name__=~"twin_."} > bool 5
{__name__=~"twin_."} and twin_a
{__name__=~"twin_."} or twin_a
twin_a or twin_b
last_over_time({__name__=~"twin_."}[5m])
first_over_time(twin_a[5m])
limit % 3
limit ^ 0.5
limit / 0
odd / 0
odd % 2
odd == odd
odd != odd
odd > bool 0
odd atan2 1

# Aggregations
sum(odd)
avg(odd)
min(odd)
max(odd)
count(odd)
group(odd)
stddev(odd)
stdvar(odd)
sum(large)
avg(large)
stddev(large)
sum(nosuch)
count(nosuch)
count()
sum(1)
sum("a")
sum(limit[5m])
sum(limit, limit)
sum()
sum(2, limit)
topk(limit)
topk(1, limit)
topk(0, limit)
topk(-1, limit)
topk(1.9, limit)
topk(NaN, limit)
topk(Inf, limit)
topk(-Inf, limit)
topk(1e10, limit)
topk(1e19, limit)
topk(9223372036854775807, limit)
topk(9223372036854774784, limit)
topk(-9223372036854775808, limit)
topk(-9223372036854777856, limit)
topk(3, odd)
bottomk(3, odd)
topk(100, odd)
bottomk(100, odd)
topk by (job) (1, requests_total)
topk(1, requests_total) by (job)
topk without (instance) (1, requests_total)
topk(scalar(count(limit)), requests_total)
topk(nosuch, limit)
topk("a", limit)
topk(2, 1)
bottomk(2, small_steps)
limitk(2, limit)
limitk(0, limit)
limitk(-1, limit)
limitk(NaN, limit)
limitk(1e19, limit)
limitk by (job) (1, requests_total)
limit_ratio(0.5, requests_total)
limit_ratio(-0.5, requests_total)
limit_ratio(0, limit)
limit_ratio(1, limit)
limit_ratio(1.5, limit)
limit_ratio(-1.5, limit)
limit_ratio(NaN, limit)
limit_ratio(Inf, limit)
quantile(0.5, odd)
quantile(-0.1, limit)
quantile(1.1, limit)
quantile(NaN, limit)
quantile(Inf, limit)
quantile(-Inf, limit)
quantile(0, temperature)
quantile(1, temperature)
quantile(0.5, vector(NaN))
quantile by (job) (0.9, requests_total)
quantile(scalar(limit{job="api"}), limit)
quantile("a", limit)
count_values("v", odd)
count_values("v", limit)
count_values("job", limit)
count_values by (job) ("job", requests_total)
count_values without (job) ("job", limit)
count_values("__name__", limit)
count_values("", limit)
count_values("a b", limit)
count_values("1x", limit)
count_values(1, limit)
count_values(job, limit)
count_values("v", vector(0.1 + 0.2))
count_values("v", vector(1e30))
count_values("v", vector(-0))
count_values("v", -vector(0))
count_values("v", vector(NaN))
count_values("v", vector(1e-10))
group by (job) (odd)
stddev by (job) (requests_total)
nosuchagg(limit)
sum by (job) without (instance) (limit)
sum by (job) (limit) by (instance)
avg(vector(1e308) or on(nosuch) limit)

# Functions
abs(odd)
ceil(odd)
floor(odd)
exp(odd)
ln(odd)
log2(odd)
log10(odd)
sqrt(odd)
sgn(odd)
round(odd)
round(odd, 0)
round(odd, 0.1)
round(odd, -1)
round(odd, NaN)
round(odd, Inf)
round(temperature, 5)
round(vector(2.5))
round(vector(-2.5))
round(vector(0.5), 1)
round(vector(1.15), 0.1)
round(limit, "a")
round(limit, limit)
round()
round(1)
clamp(odd, -1, 1)
clamp(odd, 1, -1)
clamp(odd, NaN, 1)
clamp(odd, 1, NaN)
clamp_min(odd, 0)
clamp_max(odd, 0)
clamp_min(odd, NaN)
clamp_max(odd, NaN)
clamp(limit, 1)
clamp(limit)
scalar(limit)
scalar(limit{job="api"})
scalar(nosuch)
scalar(1)
vector(scalar(limit{job="api"}))
vector(limit)
vector("a")
vector()
time()
time(1)
pi()
pi() * 2
minute()
minute(vector(0))
hour(limit)
day_of_week(vector(NaN))
day_of_month(odd)
day_of_year(vector(1709164800))
days_in_month(vector(1709164800))
month(vector(-1))
year(vector(1e18))
year(vector(Inf))
year(1)
year(limit, limit)
day_of_year(vector(1735603200))
hour(vector(-3601))
absent(limit)
absent(nosuch)
absent(nosuch{job="x"})
absent(nosuch{job="x", instance=~"y"})
absent(nosuch{job="x", job="y"})
absent(nosuch{job=~"x"})
absent(nosuch{job!="x"})
absent(nosuch{job=""})
absent({__name__="nosuch", a="b"})
absent({__name__=~"nosuch", a="b"})
absent(sum(nosuch{a="b"}))
absent(nosuch{a="b"} > 1)
absent(nosuch{a="b"} offset 5m)
absent(nosuch{a="b"} @ 0)
absent((nosuch{a="b"}))
absent(rate(nosuch{a="b"}[5m]))
absent(-nosuch{a="b"})
absent(1)
absent(vector(1))
absent("a")
absent_over_time(nosuch[5m])
absent_over_time(nosuch{a="b"}[5m])
absent_over_time(nosuch{a="b"}[5m:1m])
absent_over_time((nosuch{a="b"}[5m]))
absent_over_time(limit[5m])
absent_over_time({job="api", nosuch="y"}[5m])
absent_over_time(flapping[1m])
absent_over_time(limit)
present_over_time(flapping[1m])
changes(flapping[10m])
resets(flapping[10m])
count_over_time(flapping[10m])
last_over_time(flapping[10m])
sum_over_time(odd[10m])
avg_over_time(odd[10m])
min_over_time(odd[10m])
max_over_time(odd[10m])
stddev_over_time(large[10m])
stdvar_over_time(limit[10m])
mad_over_time(odd[10m])
mad_over_time(temperature[10m])
mad_over_time(brief_total[1h])
quantile_over_time(0.5, odd[10m])
quantile_over_time(-1, temperature[10m])
quantile_over_time(2, temperature[10m])
quantile_over_time(NaN, temperature[10m])
quantile_over_time(Inf, temperature[10m])
quantile_over_time(0.5, temperature)
quantile_over_time(temperature[10m], 0.5)
quantile_over_time(scalar(limit), temperature[5m])
ts_of_max_over_time(odd[10m])
ts_of_min_over_time(odd[10m])
ts_of_last_over_time(odd[10m])
ts_of_max_over_time(limit[10m])
ts_of_max_over_time(temperature[10m:1m])
rate(limit[5m])
rate(flat_total[5m])
rate(brief_total[5m])
rate(brief_total[1h])
rate(odd[10m])
rate(requests_total[1s])
rate(requests_total)
rate(1)
rate(sum(requests_total)[5m])
rate(sum(requests_total)[5m:1m])
rate(requests_total[5m], 1)
increase(brief_total[1h])
increase(odd[10m])
delta(odd[10m])
delta(brief_total[1h])
irate(odd[10m])
idelta(odd[10m])
irate(flapping[2m])
idelta(brief_total[1h])
deriv(odd[10m])
deriv(limit[10m])
deriv(brief_total[1h])
deriv(flat_total[10m])
predict_linear(odd[10m], 60)
predict_linear(limit[10m], 3600)
predict_linear(temperature[10m], -3600)
predict_linear(temperature[10m], NaN)
predict_linear(temperature[10m], Inf)
predict_linear(temperature[10m:1m], 60)
predict_linear(temperature[10m] offset 5m, 60)
predict_linear(temperature[10m] @ 1709251200, 60)
predict_linear(temperature[10m])
predict_linear(temperature, 60)
double_exponential_smoothing(temperature[10m], 0.5, 0.5)
double_exponential_smoothing(temperature[10m], 0, 0.5)
double_exponential_smoothing(temperature[10m], 1, 0.5)
double_exponential_smoothing(temperature[10m], 0.5, -0.1)
double_exponential_smoothing(temperature[10m], 0.5, 1.5)
double_exponential_smoothing(temperature[10m], NaN, 0.5)
double_exponential_smoothing(nosuch[10m], 2, 0.5)
double_exponential_smoothing(brief_total[1h], 0.1, 0.9)
double_exponential_smoothing(odd[10m], 0.3, 0.7)
holt_winters(temperature[10m], 0.5, 0.5)
label_replace(limit, "dst", "$1", "job", "(.*)")
label_replace(limit, "dst", "${'$'}{1}x", "job", "a(.*)")
label_replace(limit, "dst", "$name", "job", "(?P<name>.*)")
label_replace(limit, "dst", "$name", "job", "(?<name>.*)")
label_replace(limit, "dst", "$nosuch-$1", "job", "(.*)")
label_replace(limit, "dst", "$1$2", "job", "(a)(.*)")
label_replace(limit, "dst", "$12", "job", "(a)(.*)")
label_replace(limit, "dst", "$$1", "job", "(.*)")
label_replace(limit, "dst", "$", "job", "(.*)")
label_replace(limit, "dst", "", "job", "api")
label_replace(limit, "job", "", "job", ".*")
label_replace(limit, "job", "same", "job", ".*")
label_replace(limit, "__name__", "new", "job", ".*")
label_replace(limit, "__name__", "", "job", ".*")
label_replace(limit, "dst", "$1", "__name__", "(.*)")
label_replace(limit, "dst", "$1", "nosuch", "(.*)x?")
label_replace(limit, "dst", "x", "nosuch", "")
label_replace(limit, "dst", "x", "job", "")
label_replace(limit, "", "x", "job", ".*")
label_replace(limit, "1x", "x", "job", ".*")
label_replace(limit, "a b", "x", "job", ".*")
label_replace(limit, "dst", "x", "", ".*")
label_replace(limit, "dst", "x", "a b", ".*")
label_replace(limit, "dst", "x", "job", "(")
label_replace(limit, "dst", "x", "job", "*")
label_replace(limit, "dst", "x", "job", "(?i)API")
label_replace(limit, "dst", "x", "job", "a.i|w.b")
label_replace(limit, "dst", "x", "job", "^a.i$")
label_replace(limit, "dst", "\xff", "job", ".*")
label_replace(limit, "\xff", "x", "job", ".*")
label_replace(hits, "dst", "$0", "path", "(?s)two.*")
label_replace(hits, "dst", "$0", "path", "two.*")
label_replace(hits, "dst", "$1", "path", "(\\w+)-.*")
label_replace(limit, "dst", "x", "job")
label_replace(1, "dst", "x", "job", ".*")
label_replace(nosuch, "dst", "x", "job", "(")
label_join(limit, "dst", "-", "job", "instance")
label_join(limit, "dst", "-")
label_join(limit, "dst", "", "job")
label_join(requests_total, "dst", ",", "job", "instance", "nosuch", "code")
label_join(limit, "job", "-", "nosuch")
label_join(limit, "__name__", "-", "job", "__name__")
label_join(limit, "", "-", "job")
label_join(limit, "a b", "-", "job")
label_join(limit, "dst", "-", "")
label_join(limit, "dst", "-", "a b")
label_join(limit, "dst")
label_join(limit, dst, "-", "job")
sort(odd)
sort_desc(odd)
sort(limit)
sort(1)
sort_by_label(sortable, "node")
sort_by_label_desc(sortable, "node")
sort_by_label(sortable, "rack", "node")
sort_by_label(sortable)
sort_by_label(sortable, "nosuch")
sort_by_label(requests_total, "job", "instance", "code")
sort_by_label(sortable, 1)
sort(sort_desc(sortable))
histogram_quantile(0.5, latency_seconds_bucket)
histogram_quantile(0.9, rate(latency_seconds_bucket[5m]))
histogram_quantile(0.9, sum by (le) (rate(latency_seconds_bucket[5m])))
histogram_quantile(0.9, sum by (job) (rate(latency_seconds_bucket[5m])))
histogram_quantile(0, latency_seconds_bucket)
histogram_quantile(1, latency_seconds_bucket)
histogram_quantile(-1, latency_seconds_bucket)
histogram_quantile(2, latency_seconds_bucket)
histogram_quantile(NaN, latency_seconds_bucket)
histogram_quantile(0.5, broken_bucket)
histogram_quantile(0.5, broken_bucket{kind="falling"})
histogram_quantile(0.5, slippage_bps_bucket)
histogram_quantile(0.01, slippage_bps_bucket)
histogram_quantile(0.5, limit)
histogram_quantile(0.5, {__name__=~"latency_seconds_bucket|broken_bucket"})
histogram_quantile(scalar(limit{job="api"}) / 20, latency_seconds_bucket)
histogram_quantile(limit, latency_seconds_bucket)
histogram_fraction(0, 1, latency_seconds_bucket)
histogram_fraction(-Inf, Inf, latency_seconds_bucket)
histogram_fraction(-Inf, 0.1, rate(latency_seconds_bucket[5m]))
histogram_fraction(1, 0, latency_seconds_bucket)
histogram_fraction(NaN, 1, latency_seconds_bucket)
histogram_fraction(0.07, 0.7, latency_seconds_bucket)
histogram_fraction(-5, 5, slippage_bps_bucket)
histogram_fraction(0, 1, broken_bucket)
histogram_count(latency_seconds_bucket)
histogram_sum(limit)
histogram_avg(limit)
histogram_stddev(limit)
histogram_quantiles(limit, "q", 0.5)
deg(vector(pi()))
rad(vector(180))
acosh(vector(0))
atanh(vector(1))
asin(vector(2))
sinh(vector(1000))
tan(vector(0))
nosuch_function(limit)
sum_over_time()
abs()
abs(limit, limit)
abs(1)
abs("a")
abs(limit[5m])
absent(nosuch{a="\xff"})
first_over_time(limit[5m])
ts_of_first_over_time(limit[5m])
start(limit)
step()
range()

# Grammar
(limit
limit)
()
((limit))
(limit))
[5m]
limit limit
limit + 
+ 
limit +* limit
* limit
limit,limit
limit; limit
limit = limit
limit =~ limit
limit ! limit
limit & limit
limit | limit
limit < > limit
limit << 1
limit <= = 1
limit === 1
limit{job="api"}{job="api"}
limit{job="api"
limit{job="api}
limit}
{job="api"}limit
sum(limit
sum limit
sum(limit))
sum by job (limit)
sum by (job limit
sum(limit) by
sum by (job)
sum(by (job) limit)
by (job) (limit)
limit by (job)
limit on (job) + limit
limit + on (job)
on (job) limit + limit
topk(1 limit)
topk(,limit)
topk(1,)
rate(limit[5m],)
abs(limit,)
$limit
@
limit @
limit@1709251200
limit offset5m
limit[5m]offset 1m
limit[5m] @1709251200
1 2
1 + + 1
"a" "b"
\
~
!limit
not limit
limit == != 1
limit{job=~"("}
limit{job=~"*"}
limit{job=~"a{2000}"}
limit{job=~"(?=a)"}
limit{job=~"\\d"}
limit{job=~"\d"}
limit{job!~"("}
limit{job=~"(?i)API"}
limit{job=~"a|w.*"}
limit{job=~"^api$"}
limit{job=~"api$|web"}
limit{job=~""}
limit{job!~""}
limit{job=~".*", instance=""}
hits{path=~".*\n.*"}
hits{path=~"two.lines"}
hits{path=~"[^a]+"}
hits{path=~"\\p{L}+€"}
hits{path=""}
hits{path!=""}
hits{path=~"|/"}
`.split('\n').filter(line => line.trim() !== '' && !line.startsWith('# '))
