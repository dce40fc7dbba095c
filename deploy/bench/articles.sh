# What app-service is measured with: its articles, the bare programs beside it, and the load.

require_tools() {
  [ "$(id -u)" = 0 ] || fail "must run as root: the database is told to run as that user"
  require app-service curl=curl wrk=wrk h2load=nghttp2-client "${java%java}javac=openjdk-17-jdk-headless"
}

# What the compilers take is told apart: on a busy machine a JVM is compiling for minutes.
jvm_options+=(-XX:-UseDynamicNumberOfCompilerThreads)

articles=1000
clients=32
# More than there are clients, so that no two of them ask for the same page at the same time.
pages=64

start_app() {
  free_port port
  free_port management
  cat >"$work/app.yaml" <<EOF
http: {listen: '127.0.0.1:$port'}
database: {routers: ['127.0.0.1:$primary_port'], user: $user, password: $password}
management: {listen: '127.0.0.1:$management'}
EOF
  background "$work/app.log" "$java" "${jvm_options[@]}" -jar "$project/app-service/target/app-service.jar" --config "$work/app.yaml"
  until_true 60 app-service "$work/app.log" curl -fs "http://127.0.0.1:$port/health/ready"
}

start_bare() {
  free_port port
  mkdir "$work/bare"
  "${java%java}javac" --release 17 -cp "$project/app-service/target/app-service.jar" -d "$work/bare" "$bench/BareArticles.java"
  background "$work/bare.log" "$java" "${jvm_options[@]}" -cp "$work/bare:$project/app-service/target/app-service.jar" com.foobar.app.article.BareArticles \
    "$port" "$primary_port" "$user" "$password"
  until_true 60 "the bare program" "$work/bare.log" curl -fs "http://127.0.0.1:$port/"
}

# Ten authors, three tags and three likes for each article.
fill_articles() {
  local numbers="WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $articles)"
  sql 1 "USE foobar;
    INSERT INTO users (id, username, email, password_hash, bio, created_at, updated_at)
      $numbers SELECT i, CONCAT('user', i), CONCAT('user', i, '@example.com'), 'x', 'Writes', NOW(6), NOW(6) FROM n WHERE i <= 10;
    INSERT INTO articles (id, slug, author_id, title, description, body, created_at, updated_at)
      $numbers SELECT i, CONCAT('article-', i), 1 + i % 10, CONCAT('Article number ', i), REPEAT('About it. ', 10),
        REPEAT('All of it. ', 200), NOW(6) - INTERVAL $articles - i MINUTE, NOW(6) FROM n;
    INSERT INTO article_tags (article_id, tag)
      $numbers SELECT i, CONCAT('tag-', (i + t) % 20) FROM n JOIN (SELECT 1 t UNION SELECT 2 UNION SELECT 3) x;
    INSERT INTO favorites (article_id, user_id, created_at)
      $numbers SELECT i, 1 + (i + t) % 10, NOW(6) FROM n JOIN (SELECT 1 t UNION SELECT 2 UNION SELECT 3) x;
    ANALYZE TABLE users, articles, article_tags, favorites;" >"$work/fill.log"
}

# same URL SECONDS: all ask for one page. Says how many were answered, seconds, p99 in ms.
same() { requests "$2" "$1"; }

# each URL SECONDS: each asks for another page.
each() {
  printf 'local page = 0\nrequest = function()\n  page = (page + 1) %% %d\n  return wrk.format(nil, wrk.path .. "?offset=" .. page)\nend\n' "$pages" >"$work/each.lua"
  requests "$2" -s "$work/each.lua" "$1"
}

# requests SECONDS URL...
requests() {
  local length=$1
  shift
  wrk -t1 -c"$clients" -d"$length" --latency --timeout 10 "$@" >"$work/wrk.log" 2>&1 || { tail "$work/wrk.log" >&2; fail "wrk failed with $*"; }
  ! grep -E 'Non-2xx|Socket errors' "$work/wrk.log" >&2 || fail "not all of $* was answered"
  awk '/requests in/ { requests = $1; seconds = $4; sub(/s,/, "", seconds) }
    $1 == "99%" { p99 = $2 + 0; if ($2 ~ /us$/) p99 /= 1000; else if ($2 ~ /[0-9]s$/) p99 *= 1000 }
    END { print requests, seconds, p99 }' "$work/wrk.log"
}

# loop PAGES SECONDS: the loop without HTTP, which has no p99.
loop() {
  curl -fs "http://127.0.0.1:$bare_port/start?pages=$1"
  sleep "$2"
  printf '%s %s 0\n' "$(curl -fs "http://127.0.0.1:$bare_port/stop")" "$2"
}

# same_at_rate URL SECONDS RATE: says how many were answered, seconds, p99 in ms, at that rate over all connections.
same_at_rate() {
  at_rate 0 16 "$3" "$2" "$1"
  summary "$2" "$3"
}

# each_at_rate URL SECONDS RATE: the same, where no two connections ever ask for the same page.
each_at_rate() {
  local number clients=()
  for number in $(seq 16); do
    at_rate "$number" 1 "$(awk -v rate="$3" 'BEGIN { print rate / 16 }')" "$2" "$1?offset="{$((4 * number - 3)),$((4 * number - 2)),$((4 * number - 1)),$((4 * number))} &
    clients+=("$!")
  done
  for number in "${clients[@]}"; do wait "$number" || fail "not all was answered"; done
  summary "$2" "$3"
}

# at_rate NUMBER CONNECTIONS RATE SECONDS URLS...
at_rate() {
  local log=$work/h2load.$1 connections=$2 rate=$3 length=$4
  shift 4
  h2load --h1 -c"$connections" -t1 -D"$length" --rps="$(awk -v rate="$rate" -v connections="$connections" 'BEGIN { printf "%.2f", rate / connections }')" \
    --log-file="$log.tsv" "$@" >"$log.log" 2>&1 || { tail "$log.log" >&2; fail "h2load failed with $1"; }
  awk '$2 != 200 { exit 1 }' "$log.tsv" || fail "not all of $1 was answered at $rate requests/s"
}

# summary SECONDS RATE. A request is timed from when it is sent, so who cannot keep up must not look fast.
summary() {
  [ "$(cat "$work"/h2load.*.tsv | wc -l)" -ge "$(awk -v seconds="$1" -v rate="$2" 'BEGIN { print int(0.95 * seconds * rate) }')" ] ||
    fail "less was answered than $2 requests/s"
  cut -f3 "$work"/h2load.*.tsv | sort -n | awk -v seconds="$1" '{ time[NR] = $1 } END { print NR, seconds, time[int(NR * 0.99) + 1] / 1000 }'
  rm "$work"/h2load.*.tsv
}

# reads: how often app-service has sent the pair of statements of a page.
reads() {
  curl -fs "http://127.0.0.1:$app_management/metrics" |
    awk '/^app_statement_duration_seconds_count\{statement="article-page"/ { print $2 + 0; found = 1 } END { if (!found) print 0 }'
}

# row ROUND WORKLOAD PEER PID COMMAND...
row() {
  local round=$1 workload=$2 peer=$3 id=$4 before after compiled pairs result
  shift 4
  pairs=$(reads) before=$(cpu_ticks "$id") compiled=$(jit_ticks "$id")
  result=$("$@")
  after=$(cpu_ticks "$id") compiled=$(($(jit_ticks "$id") - compiled)) pairs=$(($(reads) - pairs))
  # shellcheck disable=SC2086 # three words
  set -- $result
  [ "$peer" = app-service ] || pairs=$1
  awk -v round="$round" -v pairs="$pairs" -v workload="$workload" -v peer="$peer" -v count="$1" -v time="$2" -v p99="$3" \
    -v ticks=$((after - before - compiled)) -v compiled="$compiled" -v hertz="$(getconf CLK_TCK)" 'BEGIN {
      printf "%d,%s,%s,%.1f,%.2f,%.1f,%.1f,%.2f\n", round, workload, peer, count / time, p99, ticks / hertz / count * 1e6, \
        compiled / hertz / count * 1e6, count / pairs }' >>"$output/raw.csv"
}
