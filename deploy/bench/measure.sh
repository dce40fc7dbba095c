# One measurement: a workload through one peer, and what it cost.

# bench_with SCRIPT PORT THREADS ARGUMENTS...
bench_with() {
  local script=$1 port=$2 threads=$3
  shift 3
  sysbench "$script" --db-driver=mysql --mysql-host=127.0.0.1 --mysql-port="$port" --mysql-user="$user" \
    --mysql-password="$password" --mysql-db=sbtest --threads="$threads" --rand-type=uniform "$@"
}

# load WORKLOAD PORT SECONDS: runs it, says "queries seconds p50 p95 p99", these in ms.
load() {
  local workload=$1 port=$2 length=$3 threads=${1#*-} script arguments=()
  case $workload in
    point-*) script=oltp_point_select ;;
    text-*) script=oltp_point_select arguments=(--db-ps-mode=disable) ;;
    write-*) script=oltp_read_write ;;
    insert-*) script=oltp_insert ;;
    change-*) script=oltp_write_only ;;
    rows) big_result "$port"; return ;;
    *) fail "unknown workload: $workload (expected: point-N, text-N, write-N, insert-N, change-N, rows)" ;;
  esac
  bench_with "$script" "$port" "$threads" "${tables[@]}" --time="$length" --histogram=on "${arguments[@]}" run \
    >"$work/sysbench.log" 2>&1 || { tail "$work/sysbench.log" >&2; fail "sysbench failed with $workload on port $port"; }
  awk '/queries:/ { queries = $2 } /total time:/ { time = $3 }
    / \|\** *[0-9]+$/ { upto[++rows] = $1; count[rows] = $NF; total += $NF }
    function percentile(part,   row, sum) {
      for (row = 1; row < rows && (sum += count[row]) < part * total; row++) { }
      return upto[row]
    }
    END { sub(/s/, "", time); print queries, time, percentile(0.5), percentile(0.95), percentile(0.99) }' "$work/sysbench.log"
}

# A result of 100 MB, 100,000 rows, that the client throws away; three times, each counted as one query.
big_statement="WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
  SELECT i, REPEAT('x', 1000) FROM n"
big_result() {
  local began ended number client
  if [ "$database" = mysql ]; then
    client=(chroot "$debian" mysql --no-defaults --ssl-mode=DISABLED --get-server-public-key
      --init-command="SET cte_max_recursion_depth=200000")
  else
    client=(mariadb --no-defaults --skip-ssl --init-command="SET max_recursive_iterations=200000")
  fi
  began=$(date +%s%N)
  for number in 1 2 3; do
    "${client[@]}" -h 127.0.0.1 -P "$1" -u "$user" --password="$password" --quick -N -e "$big_statement" \
      2>"$work/client.log" | wc -c >"$work/client.bytes"
    [ "$(<"$work/client.bytes")" -gt 100000000 ] || { tail "$work/client.log" >&2; fail "the 100 MB did not come"; }
  done
  ended=$(date +%s%N)
  awk -v nanos=$((ended - began)) 'BEGIN { ms = nanos / 3e6; print 3, nanos / 1e9, ms, ms, ms }'
}

# measure ROUND WORKLOAD NAME PORT PID: a line of raw.csv. PID "-" where nothing stands between.
measure() {
  local before=0 after=0 result
  [ "$5" = - ] || before=$(cpu_ticks "$5")
  result=$(load "$2" "$4" "$seconds")
  [ "$5" = - ] || after=$(cpu_ticks "$5")
  # shellcheck disable=SC2086 # three words
  set -- "$1" "$2" "$3" $result
  awk -v round="$1" -v workload="$2" -v peer="$3" -v queries="$4" -v time="$5" -v p50="$6" -v p95="$7" -v p99="$8" \
    -v ticks=$((after - before)) -v hertz="$(getconf CLK_TCK)" -v threads="${2#*-}" 'BEGIN {
      if (threads + 0 == 0) threads = 1
      printf "%d,%s,%s,%d,%.3f,%.1f,%.1f,%.3f,%.3f,%.3f,%.2f\n", round, workload, peer, queries, time, queries / time,
        threads * time / queries * 1e6, p50, p95, p99, ticks / hertz / queries * 1e6 }' >>"$output/raw.csv"
}

# measure_rounds WORKLOADS PEERS...: each peer is NAME:PORT:PID.
measure_rounds() {
  local list=$1 round workload peer
  shift
  echo "round,workload,peer,queries,seconds,queries_per_second,mean_us,p50_ms,p95_ms,p99_ms,cpu_us_per_query" >"$output/raw.csv"
  for workload in ${list//,/ }; do
    say "$workload"
    for round in $(seq "$rounds"); do
      for peer in "$@"; do
        IFS=: read -r name port id <<<"$peer"
        measure "$round" "$workload" "$name" "$port" "$id"
      done
    done
  done
}

# What the compilers take is told apart.
jvm_options+=(-XX:-UseDynamicNumberOfCompilerThreads)

# warm_all WORKLOADS PEERS...: the JVMs among them run hot code first; the others lose nothing by it. Says how much of the
# last part still went into compiling, which is part of the CPU time per query until it has ended.
warm_all() {
  local list=(${1//,/ }) workload peer name port id all compiling
  shift
  say "warming up for $warm_up s each"
  for peer in "$@"; do
    IFS=: read -r name port id <<<"$peer"
    [ "$id" != - ] && [ "$(<"/proc/$id/comm")" = java ] || continue
    for workload in "${list[@]}"; do
      all=$(cpu_ticks "$id") compiling=$(jit_ticks "$id")
      load "$workload" "$port" $((warm_up / ${#list[@]} + 1)) >/dev/null
    done
    all=$(($(cpu_ticks "$id") - all)) compiling=$(($(jit_ticks "$id") - compiling))
    say "$name: compiling took $((100 * compiling / (all + 1))) % of its CPU time with $workload"
  done
}
