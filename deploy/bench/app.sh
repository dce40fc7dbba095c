# deploy/bench/run app: GET /api/articles of app-service, beside Vert.x programs that send the same statements: in a loop without
# HTTP (the floor), and for each request with the rows as JSON and nothing else.

choose_database
start_primary
sql 1 "CREATE DATABASE foobar"

start_app
app_port=$port app=$pid
fill_articles
start_bare
bare_port=$port bare=$pid
[ "$(curl -fs "http://127.0.0.1:$app_port/api/articles" | grep -o '"slug"' | wc -l)" = 20 ] || fail "app-service does not answer 20 articles"
[ "$(curl -fs "http://127.0.0.1:$bare_port/" | grep -o '"slug"' | wc -l)" = 20 ] || fail "the bare program does not answer 20 articles"

api=http://127.0.0.1:$app_port/api/articles
plain=http://127.0.0.1:$bare_port/
say "warming up for $warm_up s each"
requests "$api" "$warm_up" >/dev/null
loop "$warm_up" >/dev/null
requests "$plain" "$warm_up" >/dev/null

echo "round,workload,peer,per_second,p99_ms,cpu_us,jit_us" >"$output/raw.csv"
say "as fast as possible, $clients at a time"
for round in $(seq "$rounds"); do
  row "$round" full loop "$bare" loop "$seconds"
  row "$round" full bare-http "$bare" requests "$plain" "$seconds"
  row "$round" full app-service "$app" requests "$api" "$seconds"
done
half=$(awk -F, '$3 == "app-service" { rate[++n] = $4 } END { print int(rate[1 + int(n / 2)] / 2) }' \
  <(sort -t, -k4 -n "$output/raw.csv"))
say "at half of that, $half requests/s"
for round in $(seq "$rounds"); do
  row "$round" half app-service "$app" at_rate "$api" "$seconds" "$half"
done

report "GET /api/articles beside Vert.x programs that send the same two statements." \
  "Database: $database $(database_version), $articles articles." app-report.awk
