# One measurement of what speaks HTTP: a workload, and what it cost.

# The port of a peer's that the workload goes to: ports are CLEAR/TLS/TCP, of which a peer may lack the last ones.
port_of() {
  local clear tls tcp
  IFS=/ read -r clear tls tcp <<<"$2"
  case $1 in
    https-* | h2-* | handshakes) echo "$tls" ;;
    tcp-*) echo "$tcp" ;;
    *) echo "$clear" ;;
  esac
}

# load WORKLOAD PORT SECONDS: runs it, says "requests seconds p99-in-ms"; 0 where there is no p99.
load() {
  local workload=$1 port=$2 length=$3 clients=${1#*-}
  case $workload in
    h1-* | tcp-*) with_wrk "$clients" "$length" "http://127.0.0.1:$port/" ;;
    rate-*) with_times "$clients" "$length" "http://127.0.0.1:$port/" 500 ;;
    full-*) with_times "$clients" "$length" "http://127.0.0.1:$port/" ;;
    https-*) with_wrk "$clients" "$length" "https://127.0.0.1:$port/" ;;
    1k-* | 100k-* | 10m-*) with_wrk "$clients" "$length" "http://127.0.0.1:$port/${workload%%-*}.bin" ;;
    api-*) with_wrk "$clients" "$length" "http://127.0.0.1:$port/api/x" ;;
    large-*) with_wrk "$clients" "$length" "http://127.0.0.1:$port/large" ;;
    h2-*) with_h2load "$clients" "$length" "https://127.0.0.1:$port/" ;;
    handshakes) with_openssl "$length" "127.0.0.1:$port" ;;
    *) fail "unknown workload: $workload (expected: h1-N, rate-N, full-N, https-N, tcp-N, large-N, h2-N, handshakes; 1k-N, 100k-N, 10m-N, api-N)" ;;
  esac
}

with_wrk() {
  "${on_other_core[@]}" wrk -t1 -c"$1" -d"$2" --latency --timeout 10 "$3" >"$work/wrk.log" 2>&1 || { tail "$work/wrk.log" >&2; fail "wrk failed with $3"; }
  ! grep -E 'Non-2xx|Socket errors' "$work/wrk.log" >&2 || fail "not all of $3 was answered"
  awk '/requests in/ { requests = $1; seconds = $4; sub(/s,/, "", seconds) }
    $1 == "99%" { p99 = $2 + 0; if ($2 ~ /us$/) p99 /= 1000; else if ($2 ~ /[0-9]s$/) p99 *= 1000 }
    END { print requests, seconds, p99 }' "$work/wrk.log"
}

# Ten requests at a time on each connection.
with_h2load() {
  "${on_other_core[@]}" h2load -c"$1" -m10 -t1 -D"$2" "$3" >"$work/h2load.log" 2>&1 || { tail "$work/h2load.log" >&2; fail "h2load failed with $3"; }
  awk -v seconds="$2" '/^requests:/ { if ($10 + $12 + $14 > 0) exit 1; print $8, seconds, 0 }' "$work/h2load.log" ||
    { tail "$work/h2load.log" >&2; fail "not all of $3 was answered"; }
}

# with_times CLIENTS SECONDS URL [RATE]: every request timed by h2load; RATE requests a second on each connection, whatever the
# peer could do, or without it one after the other.
with_times() {
  "${on_other_core[@]}" h2load --h1 -c"$1" -t1 -D"$2" ${4:+--rps="$4"} --log-file="$work/times.tsv" "$3" >"$work/times.log" 2>&1 ||
    { tail "$work/times.log" >&2; fail "h2load failed with $3"; }
  awk '$2 != 200 { exit 1 }' "$work/times.tsv" || fail "not all of $3 was answered"
  # A request is timed from when it is sent, so who cannot keep up must not look fast.
  [ -z "${4:-}" ] || [ "$(wc -l <"$work/times.tsv")" -ge $(($4 * 95 * $1 * $2 / 100)) ] ||
    fail "$3 answers less than $4 requests/s on each of $1 connections"
  cut -f3 "$work/times.tsv" | sort -n | awk -v seconds="$2" '{ time[NR] = $1 } END { print NR, seconds, time[int(NR * 0.99) + 1] / 1000 }'
  rm "$work/times.tsv"
}

# Full handshakes and nothing else, four clients at a time.
with_openssl() {
  local clients=() client
  for client in 1 2 3 4; do
    "${on_other_core[@]}" openssl s_time -connect "$2" -new -time "$1" >"$work/s_time.$client" 2>&1 </dev/null &
    clients+=("$!")
  done
  for client in "${clients[@]}"; do wait "$client" || { tail "$work"/s_time.* >&2; fail "no handshakes with $2"; }; done
  cat "$work"/s_time.* | awk -v seconds="$1" '/ real seconds/ { count += $1 } END { print count, seconds, 0 }'
}

# measure ROUND WORKLOAD NAME PORTS PID: a line of raw.csv.
measure() {
  local round=$1 workload=$2 name=$3 port before after result
  port=$(port_of "$workload" "$4")
  [ -n "$port" ] || return 0
  before=$(cpu_ticks "$5")
  result=$(load "$workload" "$port" "$seconds")
  after=$(cpu_ticks "$5")
  awk -v round="$round" -v workload="$workload" -v peer="$name" -v ticks=$((after - before)) -v hertz="$(getconf CLK_TCK)" '{
    printf "%d,%s,%s,%d,%.3f,%.1f,%.3f,%.3f\n", round, workload, peer, $1, $2, $1 / $2, $3, ticks / hertz / $1 * 1e6 }' \
    <<<"$result" >>"$output/raw.csv"
}

# measure_rounds WORKLOADS PEERS...: each peer is NAME:PORTS:PID.
measure_rounds() {
  local list=$1 round workload peer name ports id
  shift
  echo "round,workload,peer,requests,seconds,requests_per_second,p99_ms,cpu_us_per_request" >"$output/raw.csv"
  for workload in ${list//,/ }; do
    say "$workload"
    for round in $(seq "$rounds"); do
      for peer in "$@"; do
        IFS=: read -r name ports id <<<"$peer"
        measure "$round" "$workload" "$name" "$ports" "$id"
      done
    done
  done
}

# warm_all WORKLOADS PEERS...: the JVMs among them run hot code first; the others lose nothing by it. In runs as long as those
# that are measured: code compiled while nobody connects would be compiled anew where the first measurement does.
warm_all() {
  local list=(${1//,/ }) workload peer name ports id until
  shift
  say "warming up for $warm_up s each"
  for peer in "$@"; do
    IFS=: read -r name ports id <<<"$peer"
    [ "$(<"/proc/$id/comm")" = java ] || continue
    for workload in "${list[@]}"; do
      until=$((SECONDS + warm_up / ${#list[@]}))
      while [ "$SECONDS" -lt "$until" ]; do load "$workload" "$(port_of "$workload" "$ports")" "$seconds" >/dev/null; done
    done
  done
}
