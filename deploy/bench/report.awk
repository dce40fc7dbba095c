# raw.csv to Markdown: medians per workload and peer, and what db-router does in proportion to the others. A ratio is
# taken within each round, where both ran one after the other, and its median is shown.

BEGIN { FS = "," }

NR > 1 {
  if (!($2 in seen)) workloads[++workload_count] = $2
  if (!(($2, $3) in seen)) peers[$2] = peers[$2] " " $3
  seen[$2]; seen[$2, $3]
  if ($1 > rounds) rounds = $1
  value[$1, $2, $3, "rate"] = $6
  value[$1, $2, $3, "mean"] = $7
  value[$1, $2, $3, "p50"] = $8
  value[$1, $2, $3, "p95"] = $9
  value[$1, $2, $3, "p99"] = $10
  value[$1, $2, $3, "cpu"] = $11
}

function difference(workload, peer, other, what,   round, values) {
  for (round = 1; round <= rounds; round++)
    values[round] = value[round, workload, peer, what] - value[round, workload, other, what]
  return median(values, rounds)
}

function goals_of(workload, router,   what) {
  what = workload (router == "db-router" ? "" : " " router)
  if (workload ~ /^(point|text)-/ && workload !~ /-1$/) {
    if (has(workload, "mysql-router")) {
      goal(what ": CPU per query, of MySQL Router's", ratio(workload, router, "mysql-router", "cpu"), "<=", 0.5, "")
      goal(what ": throughput, of MySQL Router's", ratio(workload, router, "mysql-router", "rate"), ">=", 1.3, "")
      goal(what ": p95, of MySQL Router's", ratio(workload, router, "mysql-router", "p95"), "<=", 1, "")
    }
    goal(what ": throughput, of direct", ratio(workload, router, "direct", "rate"), ">=", 0.75, "")
  }
  if (workload ~ /-1$/)
    goal(what ": added to direct", difference(workload, router, "direct", "mean"), "<=", 20, " µs")
  if (workload ~ /^write-/)
    goal(what ": throughput, of direct", ratio(workload, router, "direct", "rate"), ">=", 0.85, "")
  if (workload == "rows")
    goal("100 MB result: CPU, of HAProxy's in TCP mode", ratio(workload, router, "haproxy-tcp", "cpu"), "<=", 1.2, "")
}

END {
  print "| workload | peer | queries/s | mean µs | p50 ms | p95 ms | p99 ms | CPU µs per query |"
  print "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
  for (w = 1; w <= workload_count; w++) {
    workload = workloads[w]
    count = split(peers[workload], names, " ")
    for (p = 1; p <= count; p++) {
      cpu = of(workload, names[p], "cpu")
      printf "| %s | %s | %.*f | %.0f | %.2f | %.2f | %.2f | %s |\n", workload, names[p],
        workload == "rows" ? 2 : 0, of(workload, names[p], "rate"), of(workload, names[p], "mean"),
        of(workload, names[p], "p50"), of(workload, names[p], "p95"), of(workload, names[p], "p99"),
        (cpu > 0 ? sprintf("%.1f", cpu) : "-")
    }
  }
  print ""
  print "| goal | wanted | measured | |"
  print "| --- | --- | --- | --- |"
  for (w = 1; w <= workload_count; w++) {
    workload = workloads[w]
    for (p = 1; p <= split(peers[workload], names, " "); p++)
      if (names[p] ~ /^db-router/) goals_of(workload, names[p])
    if (has(workload, "strict") && workload ~ /-64$/)
      goal(workload ": mean latency of strict, of eventual's", ratio(workload, "strict", "eventual", "mean"), "<=", 1.5, "")
  }
}
