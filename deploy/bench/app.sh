# deploy/bench/run app: GET /api/articles of app-service, beside Vert.x programs that send the same statements: in a loop without
# HTTP (the floor), and for each request with the rows as JSON and nothing else. Once all clients ask for the same page, so that
# app-service may read once for several of them, and once each for another, so that it may not.

choose_database
start_primary
sql 1 "CREATE DATABASE foobar"

start_app
app_port=$port app_management=$management app=$pid
fill_articles
start_bare
bare_port=$port bare=$pid
[ "$(curl -fs "http://127.0.0.1:$app_port/api/articles?offset=9" | grep -o '"slug"' | wc -l)" = 20 ] || fail "app-service does not answer 20 articles"
[ "$(curl -fs "http://127.0.0.1:$bare_port/?offset=9" | grep -o '"slug"' | wc -l)" = 20 ] || fail "the bare program does not answer 20 articles"

api=http://127.0.0.1:$app_port/api/articles
plain=http://127.0.0.1:$bare_port/
say "warming up for $warm_up s each"
for asked in same each; do
  "$asked" "$api" $((warm_up / 2 + 1)) >/dev/null
  "$asked" "$plain" $((warm_up / 2 + 1)) >/dev/null
done
loop "$pages" "$warm_up" >/dev/null

echo "round,workload,peer,per_second,p99_ms,cpu_us,jit_us,pages_per_pair" >"$output/raw.csv"
say "as fast as possible, $clients at a time"
for round in $(seq "$rounds"); do
  row "$round" same loop "$bare" loop 1 "$seconds"
  row "$round" same bare-http "$bare" same "$plain" "$seconds"
  row "$round" same app-service "$app" same "$api" "$seconds"
  row "$round" each loop "$bare" loop "$pages" "$seconds"
  row "$round" each bare-http "$bare" each "$plain" "$seconds"
  row "$round" each app-service "$app" each "$api" "$seconds"
done
# half LOAD: half of what app-service has answered of it in a second.
half() {
  awk -F, -v load="$1" '$2 == load && $3 == "app-service" { rate[++n] = $4 } END { print int(rate[1 + int(n / 2)] / 2) }' \
    <(sort -t, -k4 -n "$output/raw.csv")
}
half_same=$(half same) half_each=$(half each)
say "at half of that, $half_same and $half_each requests/s"
for round in $(seq "$rounds"); do
  row "$round" half-same app-service "$app" same_at_rate "$api" "$seconds" "$half_same"
  row "$round" half-each app-service "$app" each_at_rate "$api" "$seconds" "$half_each"
done

report "GET /api/articles beside Vert.x programs that send the same two statements." \
  "Database: $database $(database_version), $articles articles." app-report.awk
