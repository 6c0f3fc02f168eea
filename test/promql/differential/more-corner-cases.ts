/**
 * Queries over the series of corner-series.ts, which the generator does not make either: broken histograms, gaps, ties, words of the
 * language as names, labels to be brought along, quotings and regular expressions.
 */
export const moreCornerCases: readonly string[] = String.raw`
histogram_quantile(0.5, hv_bucket)
histogram_quantile(0, hv_bucket)
histogram_quantile(1, hv_bucket)
histogram_quantile(0.1, hv_bucket)
histogram_quantile(0.9, hv_bucket)
histogram_quantile(0.999, hv_bucket)
histogram_quantile(0.5, rate(hv_bucket[5m]))
histogram_quantile(0.5, sum by (le, kind) (rate(hv_bucket[5m])))
histogram_quantile(0.5, sum by (le) (rate(hv_bucket{kind=~"lev|zero|dec"}[5m])))
histogram_quantile(0.5, {__name__=~"hv_bucket|hv_other", kind="lev"})
histogram_quantile(0.5, {__name__=~"hv_.*", kind=~"lev|dec"})
histogram_quantile(NaN, hv_bucket)
histogram_quantile(-0.1, hv_bucket)
histogram_quantile(1.00001, hv_bucket)
histogram_fraction(0, 1, hv_bucket)
histogram_fraction(-Inf, +Inf, hv_bucket)
histogram_fraction(0.5, 2.5, hv_bucket)
histogram_fraction(-1.5, 0.5, hv_bucket)
histogram_fraction(-Inf, 1, hv_bucket)
histogram_fraction(1, +Inf, hv_bucket)
histogram_fraction(2, 2, hv_bucket)
histogram_fraction(NaN, 1, hv_bucket)
histogram_fraction(Inf, -Inf, hv_bucket)
histogram_fraction(0, 1, rate(hv_bucket[5m]))
histogram_quantile(0.5, hv_bucket) + on(kind) histogram_quantile(0.9, hv_bucket)
label_replace(histogram_quantile(0.5, hv_bucket), "__name__", "x", "", "")
histogram_quantile(0.5, -hv_bucket)
histogram_quantile(scalar(limit{job="api"}), hv_bucket)
histogram_quantile(0.5, label_replace(hv_bucket{kind="lev"}, "le", "", "le", "1"))
histogram_quantile(0.5, absent(nosuch))
histogram_quantile(0.5, vector(1))
rate(gappy_total[1m])
rate(gappy_total[61s])
rate(gappy_total[2m])
rate(gappy_total[3m])
rate(gappy_total[5m])
rate(gappy_total[7m13s])
rate(gappy_total[1h])
increase(gappy_total[90s])
increase(gappy_total[10m])
delta(gappy_total[5m])
irate(gappy_total[5m])
idelta(gappy_total[5m])
deriv(gappy_total[5m])
deriv(gappy_total[100s])
predict_linear(gappy_total[5m], 100)
changes(gappy_total[5m])
resets(gappy_total[5m])
avg_over_time(gappy_total[5m])
stddev_over_time(gappy_total[5m])
quantile_over_time(0.3, gappy_total[5m])
double_exponential_smoothing(gappy_total[5m], 0.3, 0.3)
last_over_time(gappy_total[2m])
present_over_time(gappy_total[1m])
absent_over_time(gappy_total{g="e"}[5m])
absent_over_time(gappy_total{g="a"}[59s])
absent_over_time(gappy_total{g="a", x=""}[30s])
absent(gappy_total{g="a"})
absent(gappy_total{g="e"})
gappy_total
gappy_total offset 30s
gappy_total @ 1709248800
timestamp(gappy_total)
timestamp(gappy_total offset 61s)
count_over_time(gappy_total[5m:13s])
sum_over_time(gappy_total[5m:13s] offset 7s)
sum_over_time(gappy_total[5m:13s] offset -7s)
sum_over_time(gappy_total[5m:13s] @ 1709250000.123)
sum_over_time(gappy_total[307s:59s])
rate(gappy_total[10m:17s])
max_over_time(rate(gappy_total[3m])[10m:37s])
max_over_time(avg_over_time(gappy_total[3m:11s])[10m:37s])
max_over_time(avg_over_time(gappy_total[3m:11s] offset 19s)[10m:37s] offset -23s)
max_over_time((avg_over_time(gappy_total[3m:11s]) > 3)[10m:37s])
min_over_time(time()[5m:7s])
time() - min_over_time(time()[5m:7s])
max_over_time(time()[5m:7s]) - time()
count_over_time(time()[5m:7s])
count_over_time(vector(1)[100ms:1ms])
count_over_time(vector(1)[1s:300ms])
timestamp(max_over_time(time()[5m:7s]))
max_over_time(timestamp(gappy_total)[5m:7s])
sum_over_time(count_over_time(gappy_total[1m:1s])[3m:10s])
sum_over_time(sum_over_time(sum_over_time(vector(1)[1m:20s])[2m:30s])[3m:40s])
avg_over_time(gappy_total[5m:])
avg_over_time(gappy_total[30s:])
avg_over_time(gappy_total[30s:1m])
avg_over_time((gappy_total offset 1m)[5m:30s])
avg_over_time((gappy_total @ start())[5m:30s])
avg_over_time((gappy_total @ end() offset 1m)[5m:30s] @ start())
sum_over_time((time() > bool 0)[5m:30s])
rate(near_zero_total[5m])
rate(near_zero_total[90s])
rate(near_zero_total[2m])
increase(near_zero_total[5m])
increase(near_zero_total[3m] @ 1709248440)
increase(near_zero_total[3m] @ 1709248500.5)
increase(near_zero_total[10m] @ 1709248380)
delta(near_zero_total[10m] @ 1709248380)
rate(near_zero_total[10m] @ 1709248320)
rate(near_zero_total[10m] @ 1709256600)
rate(near_zero_total[10m] @ 1709256900)
rate(near_zero_total[10m] @ 1709257000)
increase(near_zero_total[1d])
near_zero_total @ 1709257000
near_zero_total @ 1709258000
near_zero_total @ 9999999999
near_zero_total @ 0
near_zero_total @ start() offset -1h
near_zero_total @ end() offset -2h
near_zero_total offset -1d
rate(near_zero_total[5m] @ 9999999999)
sum(near_zero_total @ start()) - sum(near_zero_total @ end())
near_zero_total @ -1.5e9
near_zero_total @ 1.709248800e9
near_zero_total @ 1709248800.0005
near_zero_total @ 1709248800.9999
tie
topk(1, tie)
topk(2, tie)
topk(3, tie)
topk(7, tie)
topk(8, tie)
bottomk(1, tie)
bottomk(2, tie)
bottomk(7, tie)
topk by (grp) (1, tie)
topk by (grp) (2, tie)
bottomk by (grp) (2, tie)
topk by (grp) (4, tie)
topk without (n) (1, tie)
topk(scalar(tie{n="f"}), tie)
topk(2, mix)
bottomk(2, mix)
topk(5, mix)
bottomk(5, mix)
topk(6, mix)
sort(mix)
sort_desc(mix)
sort(tie)
sort_desc(tie)
sort(topk(3, mix))
sort(-mix)
min(mix)
max(mix)
min by (g) (mix)
max by (g) (mix)
sum(mix)
avg(mix)
avg by (g) (mix)
stddev(mix)
stdvar(mix)
stddev(pinf)
stdvar(pinf)
avg(pinf)
sum(pinf)
avg(pminf)
sum(pminf)
stddev(pminf)
stdvar(pminf)
quantile(0.5, mix)
quantile(0, mix)
quantile(1, mix)
quantile(0.3, mix)
quantile(0.5, pinf)
quantile(0.5, pminf)
quantile(0.1, pminf)
quantile(NaN, mix)
quantile by (g) (0.5, mix)
count(mix)
group(mix)
sum(kahan)
avg(kahan)
stddev(kahan)
stdvar(bigsame)
stddev(bigsame)
avg(bigsame)
sum(-kahan)
count_values("v", mix)
count_values("n", mix)
count_values("g", mix) by (g)
count_values by (g) ("g", mix)
count_values by (n) ("g", mix)
count_values without (n) ("g", mix)
count_values without (n, g) ("n", mix)
count_values without (v) ("v", mix)
count_values by (v) ("v", mix)
count_values("__name__", mix)
count_values without () ("__name__", tie)
count_values by (__name__) ("x", tie)
count_values("año", tie)
sum(count_values("v", tie))
topk(1, count_values("v", tie))
count_values("v", count_values("w", tie))
count_values("v", mix * 0)
count_values("v", time())
count_values("v", vector(time()))
count_values("v", vector(1/3))
count_values("v", vector(1e6))
count_values("v", vector(123456789))
count_values("v", vector(1e21))
count_values("v", vector(-1e-7))
sum + by
by{}
sum{k="kw"}
sum{k="kw"} + sum{k="kw"}
sum(sum)
sum by (k) (sum)
sum(by)
rate
rate(rate[5m])
rate{}[5m]
inf{k="kw"}
nan{k="kw"}
{__name__="inf"}
{"inf"}
{"nan", k="kw"}
offset{k="kw"}
bool > bool bool
on + on(k) on
on + on
on(k)
start + end
start @ start()
and
and and and
group_left
group_left{}
on * on(k) group_left group_left
without
without{} 
count_values
count_values("v", count_values)
histogram
counter
step
atan2
atan2{}
time
time{}
time + 1
vector
vector(1) + vector
vector + vector(1)
limitk
desc
buckets
gl_many * on(a) group_left gl_one
gl_many * on(a) group_left(extra) gl_one
gl_many * on(a) group_left(info) gl_one
gl_many * on(a) group_left(extra, info, nosuch) gl_one
gl_many * on(a) group_left(__name__) gl_one
gl_many > on(a) group_left(__name__) gl_one
gl_many < on(a) group_left(__name__) gl_one
gl_many < on(a) group_left gl_one
gl_many < on(a) group_left(extra) gl_one
gl_many < bool on(a) group_left(extra) gl_one
gl_many < bool on(a) group_left(__name__) gl_one
gl_one > on(a) group_right gl_many
gl_one > on(a) group_right(extra) gl_many
gl_one > on(a) group_right(__name__) gl_many
gl_one > bool on(a) group_right(__name__) gl_many
gl_one * on(a) group_right(info) gl_many
gl_one * on(a) group_right(b) gl_many
gl_many * on(a) group_left(a) gl_one
gl_many * ignoring(b, extra, info) group_left gl_one
gl_many * ignoring(b, extra, info) group_left(b) gl_one
gl_many * ignoring(b, extra, info) group_left(extra) gl_one
gl_many * on(a) gl_one
gl_one * on(a) gl_many
gl_one * on(a) group_left gl_many
gl_many * on() group_left gl_one
gl_many * on() gl_one
gl_many{b="x"} * on(a) gl_one
gl_many{b="x"} > on(a) gl_one
gl_many{b="x"} < on(a) gl_one
gl_many{b="x"} < bool on(a) gl_one
gl_many{b="x"} < ignoring(b, extra, info) gl_one
gl_many{b="x"} == ignoring(b, extra, info) gl_many{b="x"}
gl_many == gl_many
gl_many == bool gl_many
gl_many != bool gl_many
gl_many + on(a, b) gl_many
gl_many < on(a, b) (gl_many + 1)
gl_many < on(a, b, __name__) (gl_many + 1)
gl_many == on(a, b, __name__) gl_many
gl_many + on(__name__) gl_many
gl_many{b="y"} + on(__name__) gl_many{b="y"}
gl_many{b="y"} == on(__name__) gl_many{b="y"}
gl_many{b="y"} + ignoring(__name__) gl_one
gl_many + ignoring(__name__) gl_many
gl_many{b="y"} * on(__name__) group_left gl_one
seta and setb
seta or setb
seta unless setb
setb or seta
setb unless seta
setb and seta
seta and on(x) setb
seta or on(x) setb
seta unless on(x) setb
seta and on(y) setb
seta or on(y) setb
seta unless on(y) setb
seta and ignoring(z) setb
seta or ignoring(z) setb
seta unless ignoring(x, y) setb
seta and on() setb
seta or on() setb
seta unless on() setb
seta and on(__name__) seta
seta and on(__name__) setb
seta or on(__name__) setb
seta and ignoring(__name__) setb
seta or seta or setb
seta and setb or setb unless seta
seta or (setb and seta) unless setb
(seta or setb) * 2
-(seta or setb)
abs(seta) or setb
seta > 1 or setb
seta == 1 or on() setb
seta + setb
seta + on(x) setb
seta + ignoring(z) setb
seta + ignoring(y) setb
seta * on(x) group_left setb
sum by (x) (seta) or sum by (x) (setb)
sum by (x) (seta) + sum by (x) (setb)
sum by (x, y) (seta) + sum by (x, y) (setb)
sum without (x) (seta)
sum without (x, y, __name__) (seta)
avg by (x) (seta or setb)
sort_by_label(gl_many, "b", "a")
sort_by_label(gl_many, "extra")
sort_by_label_desc(gl_many, "extra", "b")
año
{"año"}
{"año", "día"="lunes"}
{"año", "a.b"=~"c|d"}
{"año", 'día'!="x"}
{"año", ${'`'}día${'`'}="lunes"}
sum by ("día") ({"año"})
sum by ("día", "a.b") ({"año"})
sum without ("a.b") ({"año"})
label_replace({"año"}, "new.label", "$1", "a.b", "(.*)")
label_replace({"año"}, "a.b", "", "a.b", "(.*)")
label_join({"año"}, "x y", "-", "a.b", "día")
{"año"} + on("a.b") {"año"}
{"año"} * on("a.b") group_left("día") {"año"}
count_values("ñ ñ", {"año"})
absent({"nosuch.x", "a.b"="c"})
absent_over_time({"nosuch.x", "a.b"="c"}[5m])
{"año"}[5m]
rate({"año"}[5m])
{"x:y:z"}
x:y:z
x:y:z{"with space"="v"}
:x
x:
strs
strs{v="a\nb"}
strs{v='a\nb'}
strs{v=${'`'}a\nb${'`'}}
strs{v="q\""}
strs{v='q"'}
strs{v=${'`'}q"${'`'}}
strs{v="s'"}
strs{v='s\''}
strs{v="s\'"}
strs{v='q\"'}
strs{v="b\\s"}
strs{v=${'`'}b\s${'`'}}
strs{v="${'`'}"}
strs{v="\x60"}
strs{v="\140"}
strs{v="\u0060"}
strs{v="😀"}
strs{v="\U0001f600"}
strs{v="\xf0\x9f\x98\x80"}
strs{v=~"\\.\\*"}
strs{v=~${'`'}\.\*${'`'}}
strs{v=~"[.][*]"}
strs{v=~"\\("}
strs{v=~"\\$1"}
strs{v=~"a\\|b"}
strs{v=~"a|b"}
strs{v=~"."}
strs{v=~"..?"}
strs{v=~"(?s).*"}
strs{v!~".*"}
strs{v=~"a.b"}
strs{v=~"(?-s)a.b"}
strs{v=~"(?i)TAB\t"}
strs{v=~"tab\\s"}
strs{v=~"\\pS"}
strs{v=~"\\x{1F600}"}
strs{v=~"[[:punct:]]+"}
strs{v=~"[^[:ascii:]]"}
strs{v=~"\\Qa|b\\E"}
strs{v=~"a(?P<x>.)b"}
strs{v=~"(?:a|q)."}
strs{v=~"a{1}\\|b{1,}"}
strs{v=~"\\ba\\|b\\b"}
strs{v=~"^a\\|b$"}
strs{v=~"\\Aa\\|b\\z"}
strs{v=~"a\\|b\\Z"}
strs{v=~"(a)\\1"}
strs{v=~"(?<n>a).*"}
strs{v=~"a++"}
strs{v=~"a**"}
strs{v=~"a{,2}"}
strs{v=~"a{2,1}"}
strs{v=~"[b-a]"}
strs{v=~"[[:nosuch:]]"}
strs{v=~"\\p{Nosuch}"}
strs{v=~"(?z)a"}
strs{v=~"a\\"}
strs{v=~")"}
strs{v=~"["}
strs{v=~"\\C"}
strs{v=~"+"}
strs{v=~"(?P<>a)"}
strs{v=~"x{1001}"}
strs{v=~"(?i:Q).*"}
label_replace(strs, "d", "$1-$2", "v", "(.)(.*)")
label_replace(strs, "d", "$toString", "v", "(.)(.*)")
label_replace(strs, "d", "${'$'}{constructor}", "v", "(.)(.*)")
label_replace(strs, "d", "$__proto__", "v", "(.)(.*)")
label_replace(strs, "__proto__", "x", "v", "(.)(.*)")
label_replace(strs, "constructor", "x", "v", "(.)(.*)")
label_replace(strs, "d", "$0", "v", ".*")
label_replace(strs, "d", "${'$'}{0}0", "v", ".*")
label_replace(strs, "d", "$00", "v", ".*")
label_replace(strs, "d", "$01", "v", "(.)(.*)")
label_replace(strs, "d", "${'$'}{01}", "v", "(.)(.*)")
label_replace(strs, "d", "$1x", "v", "(.)(.*)")
label_replace(strs, "d", "$é", "v", "(.)(.*)")
label_replace(strs, "d", "${'$'}{1", "v", "(.)(.*)")
label_replace(strs, "d", "$-1", "v", "(.)(.*)")
label_replace(strs, "d", "$$", "v", "(.)(.*)")
label_replace(strs, "d", "$$$1", "v", "(.)(.*)")
label_replace(strs, "d", "a$", "v", "(.)(.*)")
label_replace(strs, "d", "${'$'}{}", "v", "(.)(.*)")
label_replace(strs, "d", "${'$'}{a b}", "v", "(.)(.*)")
label_replace(strs, "d", "\\1", "v", "(.)(.*)")
label_replace(strs, "v", "same", "v", ".*")
label_replace(gl_many, "b", "", "b", ".*")
label_replace(gl_many, "__name__", "$1", "b", "(.*)")
label_replace(gl_many, "__name__", "", "b", "x")
label_replace(gl_many, "__name__", "renamed", "__name__", "gl_.*") + on(a,b) gl_many
label_replace(gl_many, "__name__", "gl_one", "", "") * on(a) group_left gl_one
label_replace({__name__=~"gl_.*"}, "__name__", "z", "", "")
label_replace(gl_many, "d", "x", "b", "")
label_replace(gl_many, "d", "x", "b", "x|")
label_replace(gl_many, "d", "$1", "b", "(x)|(y)")
label_replace(gl_many, "d", "$2", "b", "(x)|(y)")
label_replace(gl_many, "d", "$1", "b", "(x)?.*")
label_replace(gl_many, "b", "q", "extra", "m") + gl_many
label_replace(gl_many, "a", "$1", "b", "(.*)") > 2
label_replace(rate(near_zero_total[5m]), "__name__", "r", "", "")
label_join(gl_many, "b", ",", "a", "b", "extra")
label_join(gl_many, "__name__", "_", "__name__", "b")
label_join(gl_many, "z", ",", "z")
label_join(gl_many, "a", ",", "nosuch", "nosuch2")
label_join(gl_many, "z", ",", "nosuch", "nosuch2")
label_join(gl_many, "z", "\n", "a", "b")
label_join(rate(near_zero_total[5m]), "__name__", ":", "g", "g")
timestamp(tie + 0)
timestamp(tie > 0)
timestamp(abs(tie))
timestamp(tie and tie)
timestamp(topk(2, tie))
timestamp(sum(tie))
timestamp(last_over_time(tie[5m]))
timestamp(tie offset 90s)
timestamp(tie) - time()
timestamp((tie))
timestamp(((tie)))
timestamp(+tie)
timestamp(label_replace(tie, "n", "x", "n", "a"))
timestamp(absent(nosuch))
timestamp(tie @ 1709248807)
timestamp(tie[5m:1m])
max_over_time(timestamp(tie)[5m:17s])
days_in_month()
day_of_month()
day_of_week()
day_of_year()
hour()
month()
year()
hour() + minute() / 60
days_in_month(cal)
day_of_month(cal)
day_of_week(cal)
day_of_year(cal)
hour(cal)
minute(cal)
month(cal)
year(cal)
year(cal) * 0 == bool cal
minute(vector(59.999))
minute(vector(-0.001))
day_of_year(vector(1704067199))
days_in_month(vector(4107542400))
year(vector(253402300800))
year(vector(-62135596801))
month(time())
month(vector(time()))
hour(vector(NaN))
1 < bool 2 < bool 3
1 < bool 2 == bool 1
gl_many > 2 < 100
gl_many > 1 > bool 2
gl_many > bool 1 > 0
2 < gl_many < 1000
gl_many < gl_many + 1
gl_many < bool gl_many + 1
1 > gl_many
(1 > bool 2) + gl_many
gl_many == gl_many == gl_many
gl_many == 1 or gl_many == 2
gl_many != 1 and gl_many != 2
gl_many >= scalar(gl_one)
gl_many >= scalar(gl_one{a="1"})
scalar(gl_one{a="1"}) > gl_many
scalar(gl_one{a="1"}) < bool gl_many
-gl_many
--gl_many
+-+gl_many
-gl_many + gl_many
-gl_many{b="x"} > -1000
-(gl_many > 2)
-{__name__=~"gl_.*"}
-{__name__=~"gl_many|seta"}
-vector(1)
-scalar(gl_one{a="1"})
- 2 ^ 2
-2 ^ -2
2 ^ - 2
-1 * -gl_many
1 - -gl_many
-rate(near_zero_total[5m])
-tie == -1
vector(scalar(tie))
vector(scalar(tie{n="a"}))
vector(scalar(nosuch))
scalar(vector(NaN))
scalar(sum(tie))
scalar(vector(1) > 2)
scalar(tie{n="a"} > 2) + 1
scalar(tie{n="a"}) * tie
vector(scalar(vector(scalar(vector(5)))))
sum(vector(scalar(nosuch)))
topk(scalar(nosuch), tie)
quantile(scalar(nosuch), tie)
clamp(tie, scalar(nosuch), 5)
clamp_min(tie, scalar(nosuch))
round(tie, scalar(nosuch))
scalar(time())
vector(time())
vector(gl_one)
gl_many[1h30m5s100ms]
count_over_time(gl_many[1h30m5s100ms])
gl_many offset 1h30m5s100ms
count_over_time(gl_many[1h1h])
count_over_time(gl_many[1m1h])
count_over_time(gl_many[90m])
count_over_time(gl_many[1.5h])
count_over_time(gl_many[1w])
count_over_time(gl_many[1y])
count_over_time(gl_many[300y])
count_over_time(gl_many[0x10])
count_over_time(gl_many[1e2])
count_over_time(gl_many[100ms])
count_over_time(gl_many[60.0005])
count_over_time(gl_many[0.0001])
count_over_time(gl_many[1_0])
count_over_time(gl_many[5m:1e1])
count_over_time(gl_many[300:10])
count_over_time(gl_many[300:10.5])
count_over_time(gl_many[5m:100ms])
gl_many offset 1.5m
gl_many offset -1h30m
gl_many offset 1e2
gl_many offset 0x10
gl_many offset 100
gl_many offset 9223372036854775807
gl_many offset 1e30
gl_many offset 300y
1h30m5s100ms
1ms
100ms + 1
1d1h1m1s1ms
1w1y
1y1w1d1h1m1s1ms
1ms1s
0h
00h1m
1h 1m
1H
-1h30m
1h30m ^ 2
time() > 1h
1.5h
1e3s
0x1s
sum(#a
sum(tie)#b
 # only comment
tie # "
tie{n="#"}
tie{# c
tie#{n="a"}
sum by (grp,) (tie)
sum by (grp,,) (tie)
sum by (,grp) (tie)
tie{n="a",}
tie{,}
{__name__="tie",}
{"tie",}
{"tie",,}
sum(tie,)
topk(1, tie,)
round(tie, 1,)
gl_many * on(a,) group_left(info,) gl_one
label_join(tie, "x", ",", "n",)
min()
"a\0b"
"\a\b\f\n\r\t\v\\\""
'\a\b\f\n\r\t\v\\\''
'\"'
"\'"
${'`'}\n\t\"${'`'}
${'`'}a${'`'}
${'`'}${'`'}
""
''
"unterminated
${'`'}unterminated
"\x4"
"\x41"
"\u4e16"
"\U0010ffff"
"\777"
"\377"
"\378"
"a" 'b'
"é"
"\u00e9" 
(("a"))
tie{n="a"} offset 1m + tie{n="a"} offset 2m
sum(tie offset 1m)
sum(tie) offset 1m
(tie) offset 1m
(tie)[5m]
rate((near_zero_total[5m]))
rate(((near_zero_total[5m])))
rate(near_zero_total[5m] offset 1m)
rate(near_zero_total[5m]) offset 1m
rate(near_zero_total offset 1m [5m])
near_zero_total[5m:1m] offset 1m
sum_over_time(near_zero_total[5m:1m]) offset 1m
sum_over_time((near_zero_total offset 1m)[5m:1m])
-near_zero_total offset 1m
1 offset 1m
"a" offset 1m
vector(1) offset 1m
near_zero_total{g="a"} offset 1m > 0 offset 1m
tie @ 1709248800 offset 1m @ 3
tie offset 1m @ start() offset 1m
tie @ start() @ end()
tie[5m] @ start()
sum(tie) @ start()
1 @ start()
(tie) @ start()
tie @
tie @ "1"
tie @ tie
tie @ start
tie @ start(1)
tie @ -start()
tie @ end () 
tie @start()
tie@end()
absent(tie{n="zzz"})
absent(tie{n="zzz", grp=~"1"})
absent(tie{n!="zzz"} > 100)
absent({n="zzz"})
absent({__name__=~"no.*", n="zzz"})
absent({n="zzz", n=~"z.*"})
absent({n="zzz", n!="a"})
absent(nosuch{n="a", n="a"})
absent(nosuch{n="a", m="b", n="c", m="b"})
absent(absent(nosuch))
absent(absent(tie))
absent(nosuch or nosuch2)
absent(sum by (x) (nosuch{x="1"}))
absent_over_time(nosuch{n="a", n="b"}[5m])
absent_over_time(rate(nosuch{n="a"}[5m])[5m:])
absent_over_time({n="zzz"}[5m])
absent_over_time(sum(nosuch{n="a"})[5m:])
sum(absent(nosuch{n="a"})) by (n)
sum(absent_over_time(nosuch{n="a"}[5m])) by (n)
present_over_time(tie[5m:1m])
first_over_time(tie[5m])
avg_over_time(mix[5m])
sum_over_time(mix[5m])
min_over_time(mix[5m])
max_over_time(mix[5m])
stddev_over_time(mix[5m])
stdvar_over_time(kahan[5m])
avg_over_time(kahan[5m])
quantile_over_time(0.5, mix[5m])
mad_over_time(mix[5m])
changes(mix[5m])
resets(mix[5m])
delta(mix[5m])
rate(mix[5m])
irate(mix[5m])
idelta(mix[5m])
deriv(mix[5m])
predict_linear(mix[5m], 10)
double_exponential_smoothing(mix[5m], 0.5, 0.5)
ts_of_max_over_time(mix[5m])
ts_of_min_over_time(mix[5m])
last_over_time(mix[5m])
rate(mix[5m:30s])
sgn(mix)
abs(mix)
ceil(mix)
round(mix, 2)
clamp(mix, 0, 1)
clamp_min(mix, 1)
clamp_max(mix, 1)
exp(mix)
ln(mix)
sqrt(mix)
log2(mix)
log10(mix)
mix % 2
2 % mix
mix ^ 2
2 ^ mix
mix ^ 0
1 ^ mix
mix / mix
mix / 0
0 / mix
mix atan2 mix
mix == mix
mix != mix
mix >= mix
mix < bool Inf
mix == NaN
mix == bool NaN
mix != NaN
Inf == bool Inf
mix > -Inf
limitk(3, mix)
limitk by (g) (2, mix)
limitk(100, mix)
limit_ratio(0.3, mix)
limit_ratio(-0.7, mix)
limit_ratio(0.5, nat)
limit_ratio by (w) (0.5, nat)
limit_ratio(1e-10, nat)
limit_ratio(0.1 + 0.2, nat)
limitk(scalar(tie{n="f"}), nat)
limitk(2.9, nat)
topk(2.9, nat)
topk(0.5, tie)
sum by (grp) (topk by (grp) (2, tie))
quantile by (grp) (0.25, tie)
quantile(0.25, near_zero_total)
quantile(1e-10, near_zero_total)
sum(tie) by (grp) / on(grp) count(tie) by (grp)
avg without (n) (mix)
group by (g, nosuch) (mix)
group without (n) ({__name__=~"mix|tie"})
count without (n) ({__name__=~"mix|tie"})
count by (__name__) ({__name__=~"mix|tie"})
count by (__name__, g) ({__name__=~"mix|tie"})
sum by (__name__) (-{__name__="mix"})
max by (__name__) (rate(near_zero_total[5m]))
{__name__=~"mix|tie"} > 0
{__name__=~"mix|tie"} and {__name__="tie"}
{__name__=~"mix|tie"} + 1
{__name__=~"mix|tie"} > bool 0
{__name__=~"gl_many|gl_one"} + 1
rate({__name__=~"near_zero_total|gappy_total"}[5m])
last_over_time({__name__=~"mix|tie"}[5m])
sum_over_time({__name__=~"mix|tie"}[5m])
sort({__name__=~"mix|tie"})
atan2(1, 2)
1 atan2 2 atan2 3
2 ^ 3 ^ 2 ^ 0
2 * 3 % 4
2 % 3 * 4
1 + 2 == bool 3
1 == bool 1 and vector(1)
vector(1) or vector(2) and vector(3) unless vector(4)
vector(1) unless vector(2) or vector(3)
vector(1) == vector(1) or vector(2)
1 < bool 2 or vector(1)
vector(1) < 2 or vector(3) > 4
vector(1) or vector(2) * 3
-vector(1) ^ 2
2 ^ -vector(1)
predict_linear(near_zero_total[5m], scalar(tie{n="f"}))
predict_linear(near_zero_total[5m], -60)
predict_linear(near_zero_total[5m:10s] @ end(), 60)
predict_linear(near_zero_total[5m] @ end() offset 1m, 60)
predict_linear(near_zero_total[5m] offset -1m, 60)
deriv(near_zero_total[5m] @ end())
deriv(near_zero_total[5m:10s])
ts_of_last_over_time(gappy_total[5m])
ts_of_max_over_time(gappy_total[5m] offset 1m)
ts_of_min_over_time(gappy_total[5m:30s])
quantile_over_time(-0.5, gappy_total[5m])
quantile_over_time(1.5, gappy_total[5m])
quantile_over_time(scalar(tie{n="f"}), gappy_total[5m])
quantile_over_time(time(), gappy_total[5m])
histogram_count(tie)
histogram_sum(hv_bucket)
histogram_avg(hv_bucket)
histogram_stddev(hv_bucket)
histogram_stdvar(hv_bucket)
sum({})
sum({__name__=~".*"})
{n=~".*"}
{n!~"a"}
{n!="a"}
{n=~".+"}
{n="a", n!="a"}
{n=""}
{n="a"}
{__name__=~"ti.*", n!~"a|b|c"}
{__name__!~"ti.*", n="a"}
tie{n=~"a|b|c"}
tie{n=~"[a-c]"}
tie{n=~"(a|b)|(c)"}
tie{n=~"a.*|b.*"}
tie{n!~"a|b|c|"}
tie{nosuch=""}
tie{nosuch!=""}
tie{nosuch=~""}
tie{nosuch=~".*"}
tie{nosuch!~".+"}
tie{nosuch!~".*"}
tie{n=~"a", n=~"b"}
tie{n!="a", n!="b"}
tie{__name__="tie"}
tie{__name__!="x"}
tie{__name__=~".*"}
{__name__="tie", __name__=~"t.*"}
{"tie", __name__=~"t.*"}
{"tie", "tie"}
{n="a", "tie"}
sort_by_label(gl_many, "b")
sort_by_label_desc(gl_many, "b")
sort_by_label(limit, "job")
sort_by_label_desc(limit, "job")
sort_by_label(requests_total, "nosuch", "job")
sort_by_label_desc(requests_total, "job", "code")
sort_by_label(seta, "x")
sort_by_label(seta, "y")
sort_by_label(seta, "y", "x")
sort_by_label_desc(seta, "y", "x")
sort_by_label(build_info, "version", "arch")
sort_by_label(sum by (job, code) (requests_total), "code")
sort_by_label(hits, "path")
sort_by_label(hits, "n", "shard")
sort_by_label(nat{v=~"|0|00|a1|a01|b|1"}, "v")
sort_by_label_desc(nat{v=~"|0|00|a1|a01|b|1"}, "v")
sort_by_label(nat{v=~"|é|a|a2|a10|b|_"}, "v")
sort_by_label_desc(nat{v=~"|é|a|a2|a10|b|_"}, "v", "w")
sort_by_label_desc(gl_many, "extra")
sort_by_label(sum by (job) (requests_total) or sum by (code) (requests_total), "job")
sort_by_label_desc(sum by (job) (requests_total) or sum by (code) (requests_total), "job")
sort_by_label(sum by (code) (requests_total) or sum by (job) (requests_total) or vector(1), "job", "code")
sort_by_label(label_replace(sortable, "node", "", "node", "node1|Node1"), "node")
sort_by_label_desc(label_replace(sortable, "node", "", "node", "node1|Node1"), "node")
label_replace(strs, "d", "$01-$00-${'$'}{01}", "v", "(.)(.*)")
limit_ratio(0.5, limit) unless limitk(1, limit)
sum by (job) (rate(requests_total[5m])) / on(job) group_left sum by (job) (rate(errors_total[5m]))
-1^2
1-1
1 -1
1- 1
limit-1
limit -1
limit{}-1
limit[5m:]-1
limit[5m:1m] offset 1m @ end()
limit[1h:5m] @ start()
avg_over_time(limit[1h:5m] @ 1709251200.7)
rate(requests_total[5m:30s] offset 17s)
sum_over_time(limit[5m:30s] offset 17s)
sum_over_time(limit[5m:30s] offset -17s)
max_over_time(rate(requests_total[1m:10s])[5m:1m])
deriv(rate(requests_total[2m])[10m:30s])
quantile_over_time(0.9, rate(requests_total[2m])[10m:30s])
absent_over_time(rate(nosuch[2m])[10m:30s])
stddev_over_time((limit * 2)[10m:30s] offset 1m)
increase(requests_total[7m]) > 10 < 100
changes((limit > 10)[10m:30s])
resets((rate(requests_total[2m]) > bool 0.5)[10m:30s])
count_over_time((limit > 10)[10m:30s])
ts_of_max_over_time(limit[10m:30s])
last_over_time(limit[10m:7m])
last_over_time((limit)[10m:7m])
last_over_time(sum by (job) (requests_total)[10m:7m])
present_over_time(absent(nosuch)[5m:1m])
holt_winters(limit[5m], 0.5, 0.5)
sum(rate(requests_total[5m])) by (job) > on(job) group_left() limit
sum by (job) (requests_total) + on(job) group_left(instance) limit
requests_total * on(job, instance) group_left(version) build_info * on(job) group_left limit
sum without(instance) (rate(requests_total[5m])) / ignoring(code, method) group_left sum without(instance, code, method) (rate(requests_total[5m]))
requests_total{code="500"} / ignoring(code) requests_total{code="200"}
requests_total{code="500"} / ignoring(code, method) group_left requests_total{code="200"}
count by (job) (up) or vector(0)
(requests_total > 100) or on(job) (limit)
(limit == 10) or (limit == 20)
(limit == bool 10) * 2
limit unless (limit > 10)
limit and (time() > 0)
limit and on() (vector(time()) > 0)
limit or on() vector(time())
sum(limit) / count(limit)
avg(rate(requests_total[5m]) offset 5m)
clamp_max(rate(requests_total[5m]), 0.1)
round(rate(requests_total[5m]), 0.01)
topk(3, sum by (instance) (rate(requests_total[5m])))
bottomk(3, sum by (instance, code) (rate(requests_total[5m])))
topk by (job) (1, sum by (job, instance) (rate(requests_total[5m])))
quantile by (job) (0.95, rate(requests_total[5m]))
histogram_quantile(0.95, sum by (le, job) (rate(latency_seconds_bucket[5m])))
histogram_quantile(0.95, sum without (instance) (rate(latency_seconds_bucket[5m])))
rate(latency_seconds_sum[5m]) / rate(latency_seconds_count[5m])
histogram_fraction(0, 0.2, sum by (le) (rate(latency_seconds_bucket[5m])))
predict_linear(memory_bytes[10m], 3600) > 1e9
delta(temperature[10m])
idelta(temperature[10m])
deriv(temperature[10m])
stdvar(temperature)
stddev by (room) (temperature)
group by (room) (temperature)
count_values by (job) ("v", round(temperature))
label_replace(temperature, "room", "room-$1", "room", "(.*)")
label_join(temperature, "where", "/", "job", "instance", "room")
sort_desc(sum by (job) (requests_total))
hour(moment_seconds)
day_of_week(moment_seconds)
days_in_month(moment_seconds)
year(moment_seconds)
`.split('\n').filter(line => line.trim() !== '')
