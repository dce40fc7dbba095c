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
half=$(awk -F, '$2 == "same" && $3 == "app-service" { rate[++n] = $4 } END { print int(rate[1 + int(n / 2)] / 2) }' \
  <(sort -t, -k4 -n "$output/raw.csv"))
say "at half of that, $half requests/s"
for round in $(seq "$rounds"); do
  row "$round" half app-service "$app" at_rate "$api" "$seconds" "$half"
done

report "GET /api/articles beside Vert.x programs that send the same two statements." \
  "Database: $database $(database_version), $articles articles." app-report.awk
