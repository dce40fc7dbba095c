# raw.csv of lb-service to Markdown: medians per workload and peer, and what lb-service does in proportion to HAProxy.

BEGIN { FS = "," }

NR > 1 {
  if (!($2 in seen)) workloads[++workload_count] = $2
  if (!(($2, $3) in seen)) peers[$2] = peers[$2] " " $3
  seen[$2]; seen[$2, $3]
  if ($1 > rounds) rounds = $1
  value[$1, $2, $3, "rate"] = $6
  value[$1, $2, $3, "p99"] = $7
  value[$1, $2, $3, "cpu"] = $8
}

function of_haproxy(workload, what, value, sign, limit) {
  goal(workload ": " what ", of HAProxy's", ratio(workload, "lb-service", "haproxy", value), sign, limit, "")
}

END {
  print "| workload | peer | requests/s | p99 ms | CPU µs per request |"
  print "| --- | --- | ---: | ---: | ---: |"
  for (w = 1; w <= workload_count; w++) {
    workload = workloads[w]
    count = split(peers[workload], names, " ")
    for (p = 1; p <= count; p++) {
      p99 = of(workload, names[p], "p99")
      printf "| %s | %s | %.0f | %s | %.1f |\n", workload, names[p], of(workload, names[p], "rate"), \
        (p99 > 0 ? sprintf("%.2f", p99) : "-"), of(workload, names[p], "cpu")
    }
  }
  print ""
  print "| goal | wanted | measured | |"
  print "| --- | --- | --- | --- |"
  for (w = 1; w <= workload_count; w++) {
    workload = workloads[w]
    if (!has(workload, "lb-service") || !has(workload, "haproxy")) continue
    if (workload ~ /^h1-/) {
      of_haproxy(workload, "CPU per request", "cpu", "<=", 0.95)
      of_haproxy(workload, "throughput", "rate", ">=", 1)
      of_haproxy(workload, "p99", "p99", "<=", 1.1)
    }
    if (workload ~ /^rate-/) of_haproxy(workload, "p99 at the same load", "p99", "<=", 1.1)
    if (workload ~ /^full-/) of_haproxy(workload, "p99, each with as much as it can do", "p99", "<=", 1.1)
    if (workload ~ /^https-/) of_haproxy(workload, "CPU per request", "cpu", "<=", 1.2)
    if (workload == "handshakes")
      goal("handshakes per CPU second, of HAProxy's", ratio(workload, "haproxy", "lb-service", "cpu"), ">=", 0.7, "")
    if (workload ~ /^tcp-/) of_haproxy(workload, "CPU per request", "cpu", "<=", 1)
    if (workload ~ /^large-/) of_haproxy(workload, "CPU per request", "cpu", "<=", 1.3)
    if (workload ~ /^h2-/) of_haproxy(workload, "CPU per request", "cpu", "<=", 1.2)
  }
}
